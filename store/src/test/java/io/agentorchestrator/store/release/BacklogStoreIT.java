package io.agentorchestrator.store.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import io.agentorchestrator.workflows.plan.PlanCodec;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.TaskClass;
import io.agentorchestrator.workflows.release.TaskClasses;
import io.agentorchestrator.workflows.run.RunInput;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BacklogStoreIT {
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
    void releasesBestFirstWithinTheCredit() {
        submissions.task("t", Priority.LOW);
        UUID normal = submissions.task("t", Priority.NORMAL);
        UUID critical = submissions.task("t", Priority.CRITICAL);

        Claim claim = claim(Set.of("t"), 2);

        assertThat(claim.tasks()).isEqualTo(2);
        assertThat(claim.starts()).singleElement().satisfies(start -> {
            assertThat(start.kind()).isEqualTo(RunKind.GROUP);
            assertThat(members(start.key())).containsExactly(critical, normal);
            assertThat(PlanCodec.decode(start.plan()).priorities()).containsExactly(1, 3);
        });
        assertThat(backlog.queueFronts(credit(Set.of("t"), 1).classes()))
                .singleElement()
                .satisfies(front -> assertThat(front.priority()).isEqualTo(Priority.LOW));
        assertThat(backlog.outstanding(TaskClasses.NONE, agentId -> true))
                .isEqualTo(new Outstanding(
                        Map.of(TaskClass.of("t"), Map.of(Priority.CRITICAL, 1, Priority.NORMAL, 1)),
                        Map.of(TaskClass.of("t"), 0)));
    }

    @Test
    void looksAtASharePerTypeWhereSeveralWaitAndSaysWhenThereIsMore() {
        submissions.task("a", Priority.LOW);
        submissions.task("b", Priority.LOW);
        for (int i = 0; i < 130; i++) {
            submissions.task("t", Priority.HIGH);
        }
        FixedCredit credit = credit(Set.of("a", "b", "t"), 500);

        Claim first = backlog.claim(credit, 150, BacklogStore.Starts.ALL);
        Claim second = backlog.claim(credit, 150, BacklogStore.Starts.ALL);

        assertThat(first.tasks()).as("a hundred, and both others").isEqualTo(102);
        assertThat(first.more()).isTrue();
        assertThat(second.tasks()).isEqualTo(30);
        assertThat(second.more()).isFalse();
    }

    @Test
    void looksBehindAPausedRunHoweverManyTasksItHas() {
        RunKey run = submissions.dag(
                OnFailure.CONTINUE,
                "{}",
                IntStream.range(0, 250).mapToObj(i -> Node.of("t" + i)).toArray(Node[]::new));
        database.client()
                .sql("update run set paused = true where run_id = ?")
                .param(run.runId())
                .update();
        UUID behind = submissions.task("t", Priority.BACKGROUND);

        Claim claim = backlog.claim(credit(Set.of("t"), 100), 1_000, new BacklogStore.Starts(true, 0));

        assertThat(claim.tasks()).as("whatever else may be started").isEqualTo(1);
        assertThat(members(claim.starts().getFirst().key())).containsExactly(behind);
    }

    @Test
    void looksBehindAPausedRunThoughBetterTasksAreInLineBeforeIt() {
        UUID before = submissions.task("t", Priority.HIGH);
        RunKey run = submissions.dag(
                OnFailure.CONTINUE,
                "{}",
                IntStream.range(0, 250).mapToObj(i -> Node.of("t" + i)).toArray(Node[]::new));
        database.client()
                .sql("update run set paused = true where run_id = ?")
                .param(run.runId())
                .update();
        UUID behind = submissions.task("t", Priority.BACKGROUND);

        Claim claim = claim(Set.of("t"), 100);

        assertThat(members(claim.starts().getFirst().key())).containsExactly(before, behind);
    }

    @Test
    void tasksOfSeveralTenantsGoInOneGroupThatHasNone() {
        UUID ours = submissions.task("t", Priority.NORMAL);
        UUID theirs = submissions.task("t", Priority.NORMAL);
        database.client()
                .sql("update task_state set tenant = 'acme' where task_id = ?")
                .param(theirs)
                .update();

        Claim claim = claim(Set.of("t"), 10);

        assertThat(claim.starts()).singleElement().satisfies(start -> {
            assertThat(start.tenant()).isEqualTo(RunInput.NO_TENANT);
            assertThat(members(start.key())).containsExactly(ours, theirs);
            assertThat(starts.load(List.of(start.key())))
                    .extracting(RunStart::tenant)
                    .containsExactly(RunInput.NO_TENANT);
        });
    }

    @Test
    void aGroupOfOneTenantsTasksHasThatTenant() {
        submissions.task("t", Priority.NORMAL);
        submissions.task("t", Priority.NORMAL);

        assertThat(claim(Set.of("t"), 10).starts()).extracting(RunStart::tenant).containsExactly("default");
    }

    @Test
    void leavesTypesThatNobodyServesInTheBacklog() {
        submissions.task("nobody", Priority.CRITICAL);
        submissions.task("t", Priority.LOW);

        assertThat(claim(Set.of("t"), 10).tasks()).isEqualTo(1);
        assertThat(status("nobody")).isEqualTo("QUEUED");
    }

    @Test
    void releasesATypeWhoseAgentsAreIdlePastTheBacklogOfABusyOne() {
        for (int i = 0; i < 20; i++) {
            submissions.task("busy", Priority.CRITICAL);
        }
        submissions.task("idle", Priority.BACKGROUND);
        Fleet fleet =
                Fleet.of(List.of(new Fleet.AgentClass(Set.of("busy"), 10), new Fleet.AgentClass(Set.of("idle"), 1)));
        FixedCredit credit = new FixedCredit(fleet, Map.of(TaskClass.of("busy"), 10));

        assertThat(backlog.claim(credit, 5, BacklogStore.Starts.ALL).tasks()).isEqualTo(1);
        assertThat(status("idle")).isEqualTo("RELEASED");
    }

    @Test
    void claimsNothingTwiceUnderConcurrentClaims() throws Exception {
        for (int i = 0; i < 300; i++) {
            submissions.task("t", Priority.NORMAL);
        }
        List<Callable<Integer>> claims = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            claims.add(() -> claim(Set.of("t"), 10).tasks());
        }
        int claimed = 0;
        try (ExecutorService pool = Executors.newFixedThreadPool(6)) {
            for (Future<Integer> tasks : pool.invokeAll(claims)) {
                claimed += tasks.get();
            }
        }

        int inGroups = database.client()
                .sql("select count(distinct (run_id, task_index)) from task_state where status = 'RELEASED'")
                .query(Integer.class)
                .single();
        assertThat(inGroups).isEqualTo(claimed);
        assertThat(database.client()
                        .sql("select coalesce(sum(task_count), 0) from run")
                        .query(Integer.class)
                        .single())
                .isEqualTo(claimed);
    }

    @Test
    void startsADagWithItsReleasedRootsAndTellsItOfLaterOnes() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"), Node.of("c", "a"));

        Claim first = claim(Set.of("t"), 1);
        assertThat(first.starts()).singleElement().satisfies(start -> {
            assertThat(start.key()).isEqualTo(run);
            assertThat(start.released()).containsExactly(0);
            assertThat(start.name()).isEqualTo("test");
        });
        starts.started(List.of(run));

        Claim second = claim(Set.of("t"), 10);
        assertThat(second.starts()).isEmpty();
        assertThat(second.notices())
                .singleElement()
                .satisfies(notice -> assertThat(notice.tasks()).containsExactly(1));
    }

    @Test
    void startsNoRunWithoutPermitButGoesOnWithThoseThatRun() {
        RunKey run = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"));
        claim(Set.of("t"), 1);
        starts.started(List.of(run));
        submissions.task("t", Priority.CRITICAL);

        Claim claim = backlog.claim(credit(Set.of("t"), 10), 100, BacklogStore.Starts.NONE);

        assertThat(claim.starts()).isEmpty();
        assertThat(claim.notices()).hasSize(1);
    }

    @Test
    void startsOnlySoManyDagsAtOnceEachWithAllItsRoots() {
        List<RunKey> dags = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            dags.add(submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b")));
        }

        Claim first = backlog.claim(credit(Set.of("t"), 100), 100, new BacklogStore.Starts(false, 2));
        Claim second = backlog.claim(credit(Set.of("t"), 100), 100, new BacklogStore.Starts(false, 2));

        assertThat(first.starts()).extracting(RunStart::key).containsExactly(dags.get(0), dags.get(1));
        assertThat(first.starts())
                .allSatisfy(start -> assertThat(start.released()).containsExactly(0, 1));
        assertThat(second.starts()).extracting(RunStart::key).containsExactly(dags.get(2));
    }

    @Test
    void keepsApartWhatSeveralRunsOfOneClaimBeginWithAndAreTold() {
        RunKey begun = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("x"), Node.of("y"), Node.of("z"));
        assertThat(claim(Set.of("t"), 1).starts()).hasSize(1);
        starts.started(List.of(begun));
        RunKey one = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b", "a"), Node.of("c"));
        RunKey other = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("d"));

        Claim claim = claim(Set.of("t"), 10);

        assertThat(claim.starts()).extracting(RunStart::key).containsExactly(one, other);
        assertThat(claim.starts()).extracting(RunStart::released).containsExactly(List.of(0, 2), List.of(0));
        assertThat(claim.starts()).extracting(RunStart::taskKeys).containsExactly(List.of("a", "b", "c"), List.of("d"));
        assertThat(claim.notices()).containsExactly(new ReleaseSignal(begun, RunKind.DAG, List.of(1, 2)));
        assertThat(claim.tasks()).isEqualTo(5);
    }

    @Test
    void aRunsReadyTasksDoNotLeaveAheadOfBetterOnesOfOthers() {
        RunKey first = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"), Node.of("b"), Node.of("c"));
        RunKey second = submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("d"), Node.of("e"), Node.of("f"));
        priority(first, 0, Priority.CRITICAL);
        priority(first, 1, Priority.BACKGROUND);
        priority(first, 2, Priority.BACKGROUND);
        priority(second, 0, Priority.HIGH);

        Claim claim = claim(Set.of("t"), 4);

        assertThat(claim.starts()).extracting(RunStart::key).containsExactly(first, second);
        assertThat(claim.starts()).extracting(RunStart::released).containsExactly(List.of(0), List.of(0, 1, 2));
        assertThat(claim.tasks()).isEqualTo(4);
    }

    @Test
    void tellsWhetherSomebodyElseIsClaiming() {
        submissions.task("t", Priority.NORMAL);
        BacklogStore other =
                new BacklogStore(database.dataSource(), new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE);

        Claim claim = backlog.claim(
                outstanding -> {
                    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
                        assertThat(pool.submit(() -> other.claim(credit(Set.of("t"), 1), 1, BacklogStore.Starts.ALL)))
                                .succeedsWithin(Duration.ofSeconds(10))
                                .isSameAs(Claim.BUSY);
                    }
                    return credit(Set.of("t"), 1);
                },
                1,
                BacklogStore.Starts.ALL);

        assertThat(claim.tasks()).isEqualTo(1);
        assertThat(claim.busy()).isFalse();
    }

    @Test
    void countsWhatIsOutUnderTheClaimsLock() {
        submissions.task("t", Priority.HIGH);
        submissions.task("t", Priority.LOW);
        claim(Set.of("t"), 1);

        Claim claim = claim(Set.of("t"), 1);

        assertThat(claim.outstanding().byClass()).isEqualTo(Map.of(TaskClass.of("t"), Map.of(Priority.HIGH, 1)));
        assertThat(claim.outstanding().tasks()).isEqualTo(1);
    }

    @Test
    void tellsWhetherTheBestOfATypeNeedsAGroup() {
        submissions.dag(OnFailure.CANCEL_DEPENDENTS, "{}", Node.of("a"));
        submissions.task("u", Priority.LOW);

        assertThat(backlog.queueFronts(credit(Set.of("t", "u", "v"), 1).classes()))
                .extracting(QueueFront::tasks, QueueFront::standalone)
                .containsExactlyInAnyOrder(tuple(TaskClass.of("t"), false), tuple(TaskClass.of("u"), true));
    }

    private void priority(RunKey run, int index, Priority priority) {
        database.client()
                .sql("update task_state set priority = ?::priority_key where run_id = ? and task_index = ?")
                .params(priority.name(), run.runId(), index)
                .update();
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

    private String status(String type) {
        return database.client()
                .sql("select status::text from task_state where task_type = ?")
                .param(type)
                .query(String.class)
                .single();
    }
}
