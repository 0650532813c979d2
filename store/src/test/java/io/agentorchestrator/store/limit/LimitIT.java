package io.agentorchestrator.store.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.release.Claim;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.state.Accepted;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.store.state.Dispatch;
import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.Attempts;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.limit.CapacityLimit;
import io.agentorchestrator.workflows.limit.LimitBy;
import io.agentorchestrator.workflows.limit.LimitUse;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.selector.TaskSelector;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits on the way through the store; one of them counts each type. */
class LimitIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final LimitStore store = new LimitStore(database.dataSource());
    private final LiveLimits limits = new LiveLimits(store::all);
    private final LimitReader reader = new LimitReader(database.dataSource());
    private final LimitUpkeep upkeep = new LimitUpkeep(database.dataSource(), limits);
    private final BatchStore batches = new BatchStore(database.dataSource());
    private final OutcomeStore outcomes = new OutcomeStore(database.dataSource());
    private final BacklogStore one = claimer();
    private final BacklogStore other = claimer();

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void startsNoMoreInAMinuteWithTwoClaimers() throws Exception {
        limit(null, 20, null);
        submit("t", 60);
        upkeep.putInLine();
        Together.race(1, 5, round -> claim(one, 60), round -> claim(other, 60));
        upkeep.putInLine();
        claim(one, 60);

        assertThat(released()).as("none has started").hasSize(20);
        released().forEach(this::start);
        upkeep.putInLine();
        claim(one, 60);
        assertThat(released()).as("all have, just now").isEmpty();

        database.client()
                .sql(
                        "update limit_use set at = at - interval '61 s' where ctid in (select ctid from limit_use limit 7)")
                .update();
        upkeep.putInLine();
        claim(other, 60);
        assertThat(released()).hasSize(7);
    }

    @Test
    void whatHasASelectorTooGoesToTheLineOfThatOnceThereIsRoom() {
        limit(1, null, null);
        TaskSelector selector = TaskSelector.parse("{\"region\":\"eu\"}");
        UUID task = submissions
                .with(new Scheduling(false, selector, false, List.of("l:t"), BudgetTerms.NONE))
                .task("t", Priority.NORMAL);
        assertThat(heldBy(task)).isEqualTo("LIMIT:l:t");

        upkeep.putInLine();

        assertThat(heldBy(task)).isEqualTo(selector.key("t"));
        assertThat(one.waitingSelectors(TaskSelector.KEY_PREFIX, 10)).hasSize(1);
    }

    private String heldBy(UUID task) {
        return database.client()
                .sql("select held_by from task_state where task_id = ?")
                .param(task)
                .query(String.class)
                .single();
    }

    @Test
    void hasNoMoreInFlightAndGoesOnWithTheBestOnceOneEnds() {
        limit(2, null, null);
        submit("t", 3);
        submissions.with(Scheduling.limitedBy(List.of("l:t")));
        UUID best = submissions.task("t", Priority.CRITICAL);
        claim(one, 10);
        assertThat(released()).as("it is held until it is put in line").isEmpty();
        upkeep.putInLine();
        claim(one, 10);
        assertThat(released()).hasSize(2).contains(best);

        end(start(best), best, AttemptOutcome.Usage.NONE);
        upkeep.putInLine();
        claim(one, 10);

        assertThat(use()).isEqualTo(new LimitUse(2, 2, 1, 0, 0));
    }

    @Test
    void countsADispatchThatAnAgentMayHaveBegunAndNoOther() {
        limit(null, 2, null);
        submit("t", 2);
        upkeep.putInLine();
        claim(one, 10);
        List<UUID> out = released();
        Map<UUID, Integer> epochs = Map.of(out.get(0), dispatch(out.get(0)), out.get(1), dispatch(out.get(1)));

        epochs.forEach((task, epoch) -> batches.requeue(
                run(task), Map.of(task, epoch), task.equals(out.get(0)) ? Set.of(task) : Set.of(), false));

        assertThat(use()).isEqualTo(new LimitUse(0, 0, 1, 0, 0));
        database.client().sql("update run set status = 'RUNNING'").update();
        upkeep.putInLine();
        claim(one, 10);
        assertThat(released()).as("one more, and it is asked again").hasSize(1);
    }

    @Test
    void countsNoStartOfWhatFailsBeforeAnyAgentHasIt() {
        limit(null, 2, null);
        submit("t", 1);
        upkeep.putInLine();
        claim(one, 10);
        UUID task = released().getFirst();
        BatchTask refused = load(task);

        Dispatch.Begun begun = begun(task, null);
        Attempts.record(
                outcomes,
                run(task),
                RunKind.GROUP,
                new ArrayList<>(List.of(Attempts.outcome(refused, begun, AttemptEnd.Outcome.FAILED))));

        assertThat(released()).isEmpty();
        assertThat(use()).isEqualTo(LimitUse.NONE);
    }

    @Test
    void recordsAndCountsWhateverNumberOfTokensAnAgentTells() {
        limit(null, null, 1_000L);
        submit("t", 3);
        upkeep.putInLine();
        claim(one, 3);
        AttemptOutcome.Usage most =
                new AttemptOutcome.Usage(Long.MAX_VALUE, 9_000_000_000_000_000_000L, 9_000_000_000_000_000_000L);

        for (UUID task : released().subList(0, 2)) {
            end(start(task), task, most);
        }

        assertThat(use()).isEqualTo(new LimitUse(1, 1, 2, LimitUse.MAX_TOKENS, LimitUse.MAX_TOKENS));
        upkeep.putInLine();
        database.client().sql("update limit_use set at = at - interval '5 min'").update();
        assertThat(upkeep.forget()).isFalse();
        assertThat(new LimitReader(database.dataSource()).tokenMeans().get("t")).isEqualTo(1.8e19);
    }

    @Test
    void countsTokensOnceTheyAreReported() {
        limit(null, null, 1_000L);
        submit("t", 30);
        upkeep.putInLine();
        claim(one, 30);
        assertThat(released()).as("a tenth of the limit is expected of each").hasSize(10);

        UUID task = released().getFirst();
        end(start(task), task, new AttemptOutcome.Usage(0, 80, 20));
        UUID second = released().getFirst();
        end(start(second), second, new AttemptOutcome.Usage(0, 0, 0));

        assertThat(use().tokens()).isEqualTo(100);
        assertThat(use().expectedTokens()).isEqualTo(800);
        upkeep.putInLine();
        claim(one, 30);
        assertThat(use().inFlight()).isEqualTo(9);
    }

    @Test
    void letsOtherTypesPassThatNobodyServes() {
        store.put(new CapacityLimit("l", new LimitBy.Label("m"), null, 1, null, null), "test");
        limits.refresh();
        submissions.with(Scheduling.limitedBy(List.of("l:x")));
        submissions.task("unserved", Priority.CRITICAL);
        UUID served = submissions.task("t", Priority.LOW);

        upkeep.putInLine();
        claim(one, 10);

        assertThat(released()).containsExactly(served);
    }

    @Test
    void letsGoWhatADeletedLimitHeld() {
        limit(0, null, null);
        submit("t", 3);
        upkeep.putInLine();
        claim(one, 10);
        assertThat(released()).isEmpty();
        assertThat(reader.waiting(List.of("l"))).isEqualTo(Map.of("l:t", 3));

        assertThat(store.delete("l")).isTrue();
        limits.refresh();
        upkeep.putInLine();
        claim(one, 10);

        assertThat(released()).hasSize(3);
        assertThat(store.delete("l")).isFalse();
    }

    @Test
    void findsTheKeysOfWhatWaitedBeforeTheLimitWasSet() {
        submit("t", 0);
        submissions.with(Scheduling.PLAIN);
        for (int n = 0; n < 5; n++) {
            submissions.task("t", Priority.NORMAL);
        }
        limit(1, null, null);
        LimitMarking marking = new LimitMarking(database.dataSource(), limits);
        while (marking.step()) {
            limits.refresh();
        }

        claim(one, 10);
        assertThat(released()).isEmpty();
        upkeep.putInLine();
        claim(one, 10);
        assertThat(released()).hasSize(1);
        assertThat(reader.waiting(List.of("l"))).isEqualTo(Map.of("l:t", 4));
    }

    private BacklogStore claimer() {
        return new BacklogStore(
                database.dataSource(),
                new Uuid7(Clock.systemUTC()),
                Limits.MAX_GROUP_SIZE,
                List.of(new LimitGate(database.dataSource(), limits)));
    }

    private void limit(@Nullable Integer inFlight, @Nullable Integer perMinute, @Nullable Long tokens) {
        store.put(new CapacityLimit("l", new LimitBy.TaskType(), null, inFlight, perMinute, tokens), "test");
        limits.refresh();
    }

    private void submit(String type, int count) {
        submissions.with(Scheduling.limitedBy(List.of("l:" + type)));
        for (int n = 0; n < count; n++) {
            submissions.task(type, Priority.NORMAL);
        }
    }

    private static void claim(BacklogStore backlog, int slots) {
        Claim claim;
        do {
            claim = backlog.claim(FixedCredit.of("t", slots), 100, BacklogStore.Starts.ALL);
        } while (claim.more());
    }

    private List<UUID> released() {
        return database.client()
                .sql("select task_id from task_state where status = 'RELEASED' order by task_id")
                .query(UUID.class)
                .list();
    }

    private LimitUse use() {
        return reader.use(limits::ofKey).getOrDefault("l:t", LimitUse.NONE);
    }

    private RunKey run(UUID task) {
        return database.client()
                .sql("select run_id, run_number from task_state where task_id = ?")
                .param(task)
                .query((row, number) -> new RunKey(row.getObject(1, UUID.class), row.getInt(2)))
                .single();
    }

    private BatchTask load(UUID task) {
        int index = database.client()
                .sql("select task_index from task_state where task_id = ?")
                .param(task)
                .query(Integer.class)
                .single();
        return batches.load(run(task), List.of(index)).getFirst();
    }

    private Integer dispatch(UUID task) {
        return begun(task, "agent-1").epoch();
    }

    private Dispatch.Begun begun(UUID task, @Nullable String agentId) {
        return batches.dispatch(
                        "worker-1",
                        Map.of(run(task), List.of(new Dispatch(task, load(task).epoch(), agentId, null))))
                .getFirst();
    }

    private Dispatch.Begun start(UUID task) {
        Dispatch.Begun begun = begun(task, "agent-1");
        batches.accepted(List.of(new Accepted(task, begun.epoch(), Duration.ZERO)));
        return begun;
    }

    private void end(Dispatch.Begun begun, UUID task, AttemptOutcome.Usage usage) {
        AttemptOutcome plain = Attempts.outcome(load(task), begun, AttemptEnd.Outcome.COMPLETED);
        AttemptOutcome outcome = new AttemptOutcome(
                plain.taskId(),
                plain.index(),
                plain.attempt(),
                plain.epoch(),
                plain.agentId(),
                plain.outcome(),
                plain.result(),
                plain.errorCode(),
                plain.errorMessage(),
                plain.retryable(),
                usage,
                plain.ran(),
                null,
                true);
        Attempts.record(outcomes, run(task), RunKind.GROUP, new ArrayList<>(List.of(outcome)));
    }
}
