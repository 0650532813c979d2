package io.agentorchestrator.worker.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.Outstanding;
import io.agentorchestrator.store.release.QueueFront;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.worker.release.BacklogView.Fronts;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.ClaimCredit;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.FlowEstimate;
import io.agentorchestrator.workflows.release.Rank;
import io.agentorchestrator.workflows.release.TaskClass;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Agents of the types a and b with ten slots: 20 tasks may be out, and 5 are worth a claim. */
class HeadroomTest {
    private static final String TENANT = "default";
    private static final TaskClass B = TaskClass.of("b");
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

        left(5, "a");
        assertThat(headroom.terms().get("b").headroom()).isTrue();
        left(1, "b");
        assertThat(headroom.terms().get("b").headroom()).isFalse();
        assertThat(headroom.waiting().outstanding()).isEqualTo(6);

        headroom.attemptEnded("a", TENANT, "");
        assertThat(headroom.terms().get("b").headroom()).isTrue();
        assertThat(headroom.waiting().outstanding()).isEqualTo(5);
    }

    @Test
    void namesTheBestOfAllTypesThatCompete() {
        QueueFront low = front("a", Priority.LOW, true);
        QueueFront high = front("b", Priority.HIGH, false);
        look(20, 10);

        headroom.waiting(List.of(low, high));
        assertThat(headroom.terms().get("a").bestQueued()).isEqualTo(high.rank());

        headroom.waiting(List.of(low));
        assertThat(headroom.terms().get("b").bestQueued()).isEqualTo(low.rank());
    }

    @Test
    void wakesReleaseOnceWhenSomebodyWaitsAndAClaimIsWorthWhile() {
        look(20, 10);
        headroom.attemptEnded("b", TENANT, "");
        assertThat(woken).as("nobody waits").hasValue(0);

        headroom.waiting(List.of(front("a", Priority.NORMAL, true)));
        for (int end = 0; end < 3; end++) {
            headroom.attemptEnded("b", TENANT, "");
        }
        assertThat(woken).hasValue(0);
        assertThat(headroom.waiting().standalone().worthAClaim()).isFalse();
        for (int end = 0; end < 3; end++) {
            headroom.attemptEnded("b", TENANT, "");
        }
        assertThat(woken).hasValue(1);
        assertThat(headroom.waiting().standalone().worthAClaim()).isTrue();
    }

    @Test
    void tellsWhatWaitsInRunsFromWhatStandsAlone() {
        look(0, 0);
        headroom.waiting(List.of(front("a", Priority.NORMAL, false)));

        assertThat(headroom.waiting())
                .isEqualTo(new BacklogView(Fronts.NONE, new Fronts(true, true, false), 0, Duration.ofMillis(50)));
    }

    @Test
    void whatOutranksTasksThatAreOutIsUrgentWhileItMayOverdraw() {
        look(20, 10);
        headroom.waiting(List.of(front("a", Priority.CRITICAL, true)));
        assertThat(headroom.waiting().standalone()).isEqualTo(new Fronts(true, false, true));

        left(10, "a");
        assertThat(headroom.waiting().standalone().urgent()).isFalse();
        headroom.attemptEnded("a", TENANT, "");
        assertThat(headroom.waiting().standalone().urgent()).isTrue();

        headroom.waiting(List.of(front("a", Priority.NORMAL, true)));
        assertThat(headroom.waiting().standalone().urgent()).isFalse();
    }

    private void look(int out, int atAgents) {
        Outstanding outstanding = new Outstanding(Map.of(B, Map.of(Priority.NORMAL, out)), Map.of(B, atAgents));
        ClaimCredit credit = new ClaimCredit(FLEET, outstanding.byClass(), agents -> FlowEstimate.UNKNOWN);
        headroom.looked(FLEET, outstanding, 0, credit);
    }

    @Test
    void saysNothingOfTypesWhoseAgentsNameTenantsAndWakesReleaseForWhomAnAgentTakesTasks() {
        Fleet fleet = Fleet.of(List.of(
                new Fleet.AgentClass(Set.of("a"), 1),
                new Fleet.AgentClass(new Eligibility(Set.of("a"), Set.of("one")), 1)));
        TaskClass ofOne = fleet.taskClasses().of("a", "one", "");
        TaskClass ofOthers = fleet.taskClasses().of("a", "somebody");
        Outstanding outstanding = new Outstanding(
                Map.of(ofOne, Map.of(Priority.NORMAL, 2), ofOthers, Map.of(Priority.NORMAL, 2)), Map.of());
        headroom.looked(
                fleet, outstanding, 0, new ClaimCredit(fleet, outstanding.byClass(), agents -> FlowEstimate.UNKNOWN));
        headroom.waiting(List.of(new QueueFront(ofOne, Priority.NORMAL, new Rank(0, ids.next()), true)));

        assertThat(headroom.terms()).isEmpty();
        headroom.attemptEnded("a", "one", "");
        assertThat(woken).hasValue(0);
        headroom.attemptEnded("a", "one", "");
        assertThat(woken).hasValue(1);
    }

    private void left(int count, String type) {
        for (int i = 0; i < count; i++) {
            headroom.left(type, TENANT, "");
        }
    }

    private QueueFront front(String type, Priority priority, boolean standalone) {
        return new QueueFront(
                TaskClass.of(type), priority, new Rank(priority == Priority.LOW ? 1 : 0, ids.next()), standalone);
    }
}
