package io.agentorchestrator.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.sdk.registration.Identity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WorkerContactsTest {
    private static final Identity IDENTITY = new Identity("agent-1", "secret");

    private final List<String> lines = new ArrayList<>();
    private long now;
    private final WorkerContacts contacts = new WorkerContacts(lines::add, lines::add, () -> now);

    @Test
    void aWorkerThatIsTurnedAwayForAMomentIsNotWorthALine() {
        contacts.turnedAway("w", "the agent is not registered yet");
        pass(Duration.ofMillis(100));
        contacts.turnedAway("w", "the proof is wrong");
        pass(Duration.ofSeconds(1));
        contacts.turnedAway("w", "the proof is wrong");
        contacts.welcomed("w");

        assertThat(lines).isEmpty();
    }

    @Test
    void oneThatIsTurnedAwayAgainAndAgainIsToldOfOnceAndSoIsItsSuccess() {
        for (int n = 0; n < 20; n++) {
            contacts.turnedAway("w", "the proof is wrong");
            pass(Duration.ofSeconds(1));
        }
        assertThat(lines).singleElement().asString().contains("Worker w", "the proof is wrong", "restart the agent");

        contacts.welcomed("w");
        contacts.welcomed("w");

        assertThat(lines).hasSize(2).last().asString().contains("speaks to this agent");
    }

    @Test
    void anAgentThatIsRegisteredAndHearsNothingSaysSoOnce() {
        check(null, 0, 100);
        assertThat(lines).as("it is not registered").isEmpty();
        check(IDENTITY, 0, 29);
        assertThat(lines).isEmpty();
        check(IDENTITY, 0, 60);

        assertThat(lines).singleElement().asString().contains("for 30 s", "--host");
        contacts.welcomed("w");
        check(IDENTITY, 1, 60);
        assertThat(lines).hasSize(2);
        check(IDENTITY, 0, 60);
        assertThat(lines).as("anew once they have left").hasSize(3);
    }

    @Test
    void itRemembersABoundedNumberOfWorkers() {
        for (int n = 0; n < 10_000; n++) {
            contacts.turnedAway("w" + n, "the proof is wrong");
        }
        pass(Duration.ofSeconds(5));
        contacts.turnedAway("w0", "the proof is wrong");
        assertThat(lines).as("it was forgotten").isEmpty();
        contacts.turnedAway("w9999", "the proof is wrong");

        assertThat(lines).hasSize(1);
    }

    private void check(@Nullable Identity identity, int workers, int seconds) {
        for (int n = 0; n < seconds; n++) {
            contacts.check(identity, workers);
            pass(Duration.ofSeconds(1));
        }
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
