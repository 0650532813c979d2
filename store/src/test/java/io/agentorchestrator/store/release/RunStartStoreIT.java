package io.agentorchestrator.store.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.store.fleet.QueueDepth;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How runs begin and hear of releases, and what is repeated that broke off. */
class RunStartStoreIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final BacklogStore backlog =
            new BacklogStore(database.dataSource(), new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE);
    private final RunStartStore starts = new RunStartStore(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void releasesNothingToARunThatIsJustBeingStarted() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        claim(Set.of("t"), 1);

        assertThat(claim(Set.of("t"), 10).tasks()).isZero();
        starts.started(List.of(run));
        assertThat(claim(Set.of("t"), 10).notices()).hasSize(1);
    }

    @Test
    void repeatsAReleaseSoonThatCouldNotBeTold() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        claim(Set.of("t"), 1);
        starts.started(List.of(run));
        ReleaseSignal notice = claim(Set.of("t"), 10).notices().getFirst();

        starts.notTold(notice);

        assertThat(starts.takeUnheard(Duration.ZERO, Duration.ofHours(1), 10))
                .singleElement()
                .satisfies(again -> assertThat(again.tasks()).isEqualTo(notice.tasks()));
    }

    @Test
    void repeatsAStartThatBrokeOffWithTheSameTasks() {
        UUID first = submissions.task("t", Priority.HIGH);
        UUID second = submissions.task("t", Priority.NORMAL);
        RunStart original = claim(Set.of("t"), 10).starts().getFirst();

        assertThat(starts.takeOverStuck(Duration.ofMinutes(1), 10)).isEmpty();
        List<RunStart> repeated = starts.takeOverStuck(Duration.ZERO, 10);

        assertThat(repeated).singleElement().satisfies(start -> {
            assertThat(start.key()).isEqualTo(original.key());
            assertThat(start.plan()).isEqualTo(original.plan());
            assertThat(start.released()).isEqualTo(original.released());
            assertThat(members(start.key())).containsExactly(first, second);
        });
        starts.started(List.of(original.key()));
        assertThat(starts.takeOverStuck(Duration.ZERO, 10)).isEmpty();
    }

    @Test
    void repeatsReleasesOfWhichNobodyHeard() {
        submissions.task("t", Priority.NORMAL);
        RunStart start = claim(Set.of("t"), 10).starts().getFirst();
        starts.started(List.of(start.key()));

        assertThat(starts.takeUnheard(Duration.ZERO, Duration.ofMinutes(1), 10)).isEmpty();
        assertThat(starts.takeUnheard(Duration.ZERO, Duration.ZERO, 10))
                .singleElement()
                .satisfies(notice -> assertThat(notice.tasks()).containsExactly(0));
    }

    @Test
    void claimsNothingOfAPausedRunBegunOrNotAndAllOfItOnceItGoesOn() {
        RunKey begun = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        claim(Set.of("t"), 1);
        starts.started(List.of(begun));
        submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        UUID other = submissions.task("t", Priority.LOW);
        database.client().sql("update run set paused = true").update();

        assertThat(new ClusterLoadStore(database.dataSource()).depths())
                .as("one is released, one stands alone; what is paused waits for nobody")
                .containsExactlyInAnyOrder(
                        new QueueDepth("t", Priority.NORMAL, 1), new QueueDepth("t", Priority.LOW, 1));
        assertThat(backlog.queueFronts(FixedCredit.of("t", 1).classes()))
                .singleElement()
                .satisfies(front -> assertThat(front.rank().taskId()).isEqualTo(other));
        Claim paused = claim(Set.of("t"), 10);
        assertThat(paused.notices()).isEmpty();
        assertThat(paused.starts())
                .singleElement()
                .satisfies(start -> assertThat(start.kind()).isEqualTo(RunKind.GROUP));
        assertThat(starts.takeUnheard(Duration.ZERO, Duration.ZERO, 10)).isEmpty();

        database.client().sql("update run set paused = false").update();
        assertThat(claim(Set.of("t"), 10).tasks()).isEqualTo(2);
        assertThat(starts.takeUnheard(Duration.ZERO, Duration.ZERO, 10)).hasSize(1);
    }

    @Test
    void tellsAStartWhatPeopleCallTheTasks() {
        submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("first"), Node.of("second", "first"));

        assertThat(claim(Set.of("t"), 10).starts()).singleElement().satisfies(start -> {
            assertThat(start.taskKeys()).containsExactly("first", "second");
            assertThat(start.resumed()).isNull();
        });
    }

    @Test
    void aWorkflowThatIsThereCountsAsSeen() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        claim(Set.of("t"), 1);

        starts.started(List.of(run));

        assertThat(database.client()
                        .sql("select verified_at > now() - interval '1 minute' from run")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    private Claim claim(Set<String> types, int slots) {
        return backlog.claim(credit(types, slots), 1_000, BacklogStore.Starts.ALL);
    }

    private static FixedCredit credit(Set<String> types, int slots) {
        return FixedCredit.of(types, slots);
    }

    private List<UUID> members(RunKey run) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? order by task_index")
                .param(run.runId())
                .query(UUID.class)
                .list();
    }
}
