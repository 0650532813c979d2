package io.agentorchestrator.worker.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.BacklogHead;
import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.run.ReadyTask;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.ReleaseCredit;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private final AtomicInteger woken = new AtomicInteger();
    private final Turns turns = new Turns(woken::incrementAndGet);

    @Test
    void releasesNothingBeforeTheFirstLook() {
        assertThat(turns.release(List.of(ready("a", Priority.CRITICAL)))).isEmpty();
    }

    @Test
    void releasesTheBestOfTheReadyWhileCreditLasts() {
        look(2);
        ReadyTask low = ready("a", Priority.LOW);
        ReadyTask high = ready("a", Priority.HIGH);
        ReadyTask critical = ready("a", Priority.CRITICAL);

        assertThat(turns.release(List.of(low, high, critical))).containsExactly(critical, high);
    }

    @Test
    void letsNobodyOvertakeABetterTaskThatWaitsForTheSameAgents() {
        look(10, Map.of("b", 6), new BacklogHead("b", new Rank(Priority.HIGH, ids.next())));

        assertThat(turns.release(List.of(ready("a", Priority.NORMAL)))).isEmpty();
        assertThat(turns.release(List.of(ready("a", Priority.CRITICAL)))).hasSize(1);
    }

    @Test
    void standsBehindNobodyWhereHalfOfTheAgentsAreFree() {
        look(10, Map.of("b", 4), new BacklogHead("b", new Rank(Priority.HIGH, ids.next())));
        ReadyTask first = ready("a", Priority.NORMAL);
        ReadyTask second = ready("a", Priority.NORMAL);
        ReadyTask third = ready("a", Priority.LOW);

        assertThat(turns.release(List.of(third, second, first)))
                .as("until it is more than half")
                .containsExactly(first, second);
    }

    @Test
    void countsWhatLeavesUnaskedWhileAgentsAreNotScarce() {
        assertThat(turns.ample(1)).as("before the first look").isEmpty();
        look(10);
        assertThat(turns.ample(10)).contains("a");
        assertThat(turns.ample(11)).doesNotContain("a");

        turns.released(List.of(ready("a", Priority.LOW), ready("a", Priority.LOW)));

        assertThat(turns.ample(8)).contains("a");
        assertThat(turns.ample(9)).doesNotContain("a");
    }

    @Test
    void goesByWhatAgentsHaveAndNotByWhatIsOnItsWayToThem() {
        BacklogHead better = new BacklogHead("b", new Rank(Priority.HIGH, ids.next()));
        look(10, new Outstanding(Map.of("b", 10), Map.of("b", 4)), better);

        assertThat(turns.ample(6)).contains("a");
        assertThat(turns.release(List.of(ready("a", Priority.LOW)))).hasSize(1);

        look(10, new Outstanding(Map.of("b", 10), Map.of("b", 6)), better);
        assertThat(turns.ample(1)).isEmpty();
        assertThat(turns.release(List.of(ready("a", Priority.CRITICAL))))
                .as("scarce agents, and no credit for another")
                .isEmpty();
    }

    @Test
    void givesCreditBackWhenAnAttemptEndsAndWakesReleaseOnlyIfSomebodyWaits() {
        look(1);
        assertThat(turns.release(List.of(ready("a", Priority.NORMAL)))).hasSize(1);
        assertThat(turns.release(List.of(ready("a", Priority.NORMAL)))).isEmpty();

        turns.attemptEnded("a");
        assertThat(woken).hasValue(0);
        assertThat(turns.release(List.of(ready("a", Priority.NORMAL)))).hasSize(1);

        look(1, new BacklogHead("b", new Rank(Priority.HIGH, ids.next())));
        turns.attemptEnded("a");
        assertThat(woken).hasValue(1);
    }

    private void look(int slots, BacklogHead... heads) {
        look(slots, Map.of(), heads);
    }

    private void look(int slots, Map<String, Integer> running, BacklogHead... heads) {
        look(slots, new Outstanding(running, running), heads);
    }

    private void look(int slots, Outstanding outstanding, BacklogHead... heads) {
        Fleet fleet = Fleet.of(List.of(new Fleet.AgentClass(Set.of("a", "b"), slots)));
        turns.look(fleet, outstanding, new ReleaseCredit(fleet, outstanding.all(), 1.0), List.of(heads));
    }

    private ReadyTask ready(String type, Priority priority) {
        return new ReadyTask(ids.next(), 0, type, priority);
    }
}
