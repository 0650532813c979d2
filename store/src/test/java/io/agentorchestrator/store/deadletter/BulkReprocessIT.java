package io.agentorchestrator.store.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.deadletter.BulkAnswer.Reprocessed;
import io.agentorchestrator.store.deadletter.BulkAnswer.Skipped;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.store.testkit.Together;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkReprocessIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Failures failures = new Failures(database);
    private final DeadLetterStore store = new DeadLetterStore(database.dataSource(), new Uuid7(Clock.systemUTC()));
    private final DeadLetterDelivery delivery = new DeadLetterDelivery(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void fourCallersReprocessAThousandEntriesOnceEach() throws Exception {
        List<UUID> tasks = failures.numbered(1_000, "t", "BROKEN");
        List<Callable<BulkAnswer>> calls = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            calls.add(() -> store.reprocessAll("default", "ann", null, null, 1_000));
        }
        List<Reprocessed> made = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(calls.size())) {
            for (Future<BulkAnswer> call : pool.invokeAll(calls)) {
                made.addAll(call.get().tasks());
            }
        }

        assertThat(made).hasSize(1_000);
        assertThat(made.stream().map(Reprocessed::entry).collect(Collectors.toSet()))
                .isEqualTo(Set.copyOf(failures.entries(tasks)));
        assertThat(failures.text("select count(*)::text from task where reprocessed_from is not null"))
                .isEqualTo("1000");
        assertThat(failures.text("""
                select count(*)::text from dead_letter d join task t on t.task_id = d.reprocessed_as
                join task_state s on s.task_id = t.task_id
                where d.state = 'REPROCESSED' and t.reprocessed_from = d.task_id and s.status = 'QUEUED'
                """)).isEqualTo("1000");
        assertThat(failures.text("select count(*)::text from dead_letter_removal"))
                .isEqualTo("1000");
    }

    @Test
    void takesTheOldestFirstByFilterAsManyAsWanted() {
        List<EntryId> wanted = failures.entries(failures.numbered(4, "a", "BROKEN"));
        List<EntryId> otherCode = failures.entries(failures.numbered(1, "a", "TIMEOUT"));
        List<EntryId> otherType = failures.entries(failures.numbered(1, "b", "BROKEN"));

        assertThat(reprocessed("a", "BROKEN", 3)).isEqualTo(wanted.subList(0, 3));
        assertThat(reprocessed("a", "BROKEN", 3)).isEqualTo(wanted.subList(3, 4));
        assertThat(reprocessed("a", "BROKEN", 3)).isEmpty();
        assertThat(reprocessed("b", null, 3)).isEqualTo(otherType);
        assertThat(reprocessed(null, "TIMEOUT", 3)).isEqualTo(otherCode);
    }

    @Test
    void takesMoreThanOneTransactionHolds() {
        int count = BulkChanges.ENTRIES_PER_TRANSACTION * 2 + 1;
        List<EntryId> entries = failures.entries(failures.numbered(count, "t", "BROKEN"));

        assertThat(reprocessed(null, null, count - 1)).isEqualTo(entries.subList(0, count - 1));
        assertThat(reprocessed(null, null, count)).isEqualTo(entries.subList(count - 1, count));
    }

    @Test
    void namesWhatNeedsItsDagAndGoesOnBehindIt() {
        RunKey run = new Submissions(database.dataSource())
                .dag(
                        OnFailure.CONTINUE,
                        "{}",
                        new Node("a", "t", "{\"x\":\"${inputs.y}\"}"),
                        new Node("b", "t", "{\"x\":\"${inputs.y}\"}"),
                        Node.of("c"));
        UUID needy = failures.task(run, 0);
        failures.fail(List.of(needy, failures.task(run, 1), failures.task(run, 2)), "BROKEN");
        failures.number();

        BulkAnswer answer = store.reprocessAll("default", "ann", null, null, 1);

        assertThat(answer.tasks())
                .extracting(Reprocessed::entry)
                .containsExactly(failures.entry(failures.task(run, 2)));
        assertThat(answer.skipped()).hasSize(1);
        Skipped skipped = answer.skipped().getFirst();
        assertThat(skipped.entry()).isEqualTo(failures.entry(needy));
        assertThat(skipped.code()).isEqualTo("NEEDS_ITS_DAG");
        assertThat(skipped.message()).contains(needy.toString(), "resume_dag");
        assertThat(store.find("default", skipped.entry()).orElseThrow().state()).isEqualTo(DeadLetterState.OPEN);
        assertThat(store.reprocessAll("default", "ann", null, null, 10).skipped())
                .hasSize(2);
    }

    /** Entries leave in every way at once, while they are numbered and delivered; sets of them are held in any order. */
    @Test
    void nobodyWaitsForAnotherInACircleAndNoEntryLeavesTwice() throws Exception {
        int rounds = 60;
        int tasksPerRound = 40;
        List<UUID> tasks = failures.numbered(rounds * tasksPerRound, "t", "BROKEN");

        Together.race(
                1,
                rounds,
                round -> {
                    failures.standalone("t", "BROKEN");
                    delivery.number(50);
                },
                round -> delivery.delivered(
                        delivery.undelivered(30).stream().map(DeadLetter::id).toList()),
                round -> delivery.retire(Math.max(0, (int) delivery.countOpen() - 60), Duration.ofHours(1), 10),
                round -> store.reprocessAll("default", "ann", null, null, 7),
                round -> store.reprocessAll("default", "bob", null, null, 7),
                round -> store.deleteAll("default", null, null, 3),
                round -> runAgain(tasks.subList(round * tasksPerRound, round * tasksPerRound + 10)),
                round -> store.reprocess("default", "ann", failures.entry(tasks.get(round * tasksPerRound)), false));

        assertThat(failures.texts("""
                select t.reprocessed_from::text from task t where t.reprocessed_from is not null
                group by t.reprocessed_from having count(*) > 1
                """)).isEmpty();
        assertThat(failures.text("""
                select count(*)::text from dead_letter d
                where (d.state = 'REPROCESSED') <> (d.reprocessed_as is not null)
                   or (d.state = 'OPEN') <> (d.left_at is null)
                   or (d.state <> 'OPEN' and d.entry_millis is not null) <>
                      exists (select from dead_letter_removal r where r.entry_millis = d.entry_millis
                                and r.entry_sequence = d.entry_sequence)
                """)).isEqualTo("0");
        assertThat(failures.texts("select distinct state::text from dead_letter"))
                .contains("REPROCESSED", "RERUN", "DELETED");
    }

    /** As a DAG that runs again does, in one transaction, in an order of its own. */
    private void runAgain(List<UUID> tasks) {
        database.client().sql("""
                        update task_state s set status = 'QUEUED'
                        from (select task_id from unnest(?::uuid[]) as u (task_id) order by random()) t
                        where s.task_id = t.task_id
                        """).param(tasks.toArray(UUID[]::new)).update();
    }

    private List<EntryId> reprocessed(@Nullable String type, @Nullable String code, int limit) {
        BulkAnswer answer = store.reprocessAll("default", "ann", type, code, limit);
        assertThat(answer.skipped()).isEmpty();
        return answer.tasks().stream().map(Reprocessed::entry).toList();
    }
}
