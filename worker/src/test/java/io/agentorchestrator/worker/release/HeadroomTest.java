package io.agentorchestrator.worker.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.QueueFront;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.worker.release.Waiting.Fronts;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.ClaimCredit;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.FlowEstimate;
import io.agentorchestrator.workflows.release.Rank;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Agents of the types a and b with ten slots: 20 tasks may be out, and 5 are worth a claim. */
class HeadroomTest {
    private static final Fleet FLEET = Fleet.of(List.of(new Fleet.AgentClass(Set.of("a", "b"), 10)));

    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final AtomicInteger woken = new AtomicInteger();
    private final Headroom headroom = new Headroom(agents -> FlowEstimate.UNKNOWN, woken::incrementAndGet);

    @Test
    void hasNoTermsBeforeTheFirstLook() {
        assertThat(headroom.terms()).isEmpty();
    }

    @Test
    void goesByWhatAgentsHaveAndNotByWhatIsOnItsWayToThem() {
        look(20, 5);
        assertThat(headroom.terms()).isEqualTo(Map.of("a", new TypeTerms(true, null), "b", new TypeTerms(true, null)));

        look(20, 6);
        assertThat(headroom.terms().get("a")).isEqualTo(new TypeTerms(false, null));
    }

    @Test
    void countsWhatLeavesUnasked() {
        look(0, 0);

        headroom.left(Collections.nCopies(5, "a"));
        assertThat(headroom.terms().get("b").headroom()).isTrue();
        headroom.left(List.of("b"));
        assertThat(headroom.terms().get("b").headroom()).isFalse();
        assertThat(headroom.waiting().outstanding()).isEqualTo(6);

        headroom.attemptEnded("a");
        assertThat(headroom.terms().get("b").headroom()).isTrue();
        assertThat(headroom.waiting().outstanding()).isEqualTo(5);
    }

    @Test
    void namesTheBestOfAllTypesThatCompete() {
        Rank low = rank(Priority.LOW);
        Rank high = rank(Priority.HIGH);
        look(20, 10);

        headroom.waiting(List.of(new QueueFront("a", low, true), new QueueFront("b", high, false)));
        assertThat(headroom.terms().get("a").bestQueued()).isEqualTo(high);

        headroom.waiting(List.of(new QueueFront("a", low, true)));
        assertThat(headroom.terms().get("b").bestQueued()).isEqualTo(low);
    }

    @Test
    void wakesReleaseOnceWhenSomebodyWaitsAndAClaimIsWorthWhile() {
        look(20, 10);
        headroom.attemptEnded("b");
        assertThat(woken).as("nobody waits").hasValue(0);

        headroom.waiting(List.of(new QueueFront("a", rank(Priority.NORMAL), true)));
        for (int end = 0; end < 3; end++) {
            headroom.attemptEnded("b");
        }
        assertThat(woken).hasValue(0);
        assertThat(headroom.waiting().standalone().worthAClaim()).isFalse();
        for (int end = 0; end < 3; end++) {
            headroom.attemptEnded("b");
        }
        assertThat(woken).hasValue(1);
        assertThat(headroom.waiting().standalone().worthAClaim()).isTrue();
    }

    @Test
    void tellsWhatWaitsInRunsFromWhatStandsAlone() {
        look(0, 0);
        headroom.waiting(List.of(new QueueFront("a", rank(Priority.NORMAL), false)));

        assertThat(headroom.waiting())
                .isEqualTo(new Waiting(Fronts.NONE, new Fronts(true, true, false), 0, Duration.ofMillis(50)));
    }

    @Test
    void whatOutranksTasksThatAreOutIsUrgentWhileItMayOverdraw() {
        look(20, 10);
        headroom.waiting(List.of(new QueueFront("a", rank(Priority.CRITICAL), true)));
        assertThat(headroom.waiting().standalone()).isEqualTo(new Fronts(true, false, true));

        headroom.left(Collections.nCopies(10, "a"));
        assertThat(headroom.waiting().standalone().urgent()).isFalse();
        headroom.attemptEnded("a");
        assertThat(headroom.waiting().standalone().urgent()).isTrue();

        headroom.waiting(List.of(new QueueFront("a", rank(Priority.NORMAL), true)));
        assertThat(headroom.waiting().standalone().urgent()).isFalse();
    }

    private void look(int out, int atAgents) {
        Outstanding outstanding = new Outstanding(Map.of("b", Map.of(Priority.NORMAL, out)), Map.of("b", atAgents));
        ClaimCredit credit = new ClaimCredit(FLEET, outstanding.byType(), agents -> FlowEstimate.UNKNOWN);
        headroom.looked(FLEET, outstanding, 0, credit);
    }

    private Rank rank(Priority priority) {
        return new Rank(priority, ids.next());
    }
}
