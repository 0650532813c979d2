package io.agentorchestrator.store.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.state.ReleaseWrites;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.Uuid7;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClaimGateIT {
    private static final String REASON = "TEST:two";

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final ReleaseWrites writes = new ReleaseWrites(database.client());
    private final Places gate = new Places();
    private final BacklogStore backlog =
            new BacklogStore(database.dataSource(), new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE, List.of(gate));

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void holdsWhatItRefusesSoThatItStandsInNobodysWay() {
        submissions.with(new Scheduling(true));
        List<UUID> gated = IntStream.range(0, 300)
                .mapToObj(n -> submissions.task("t", Priority.CRITICAL))
                .toList();
        submissions.with(Scheduling.PLAIN);
        UUID plain = submissions.task("t", Priority.LOW);

        List<UUID> released = new ArrayList<>();
        Claim claim;
        do {
            claim = backlog.claim(FixedCredit.of("t", 5 - released.size()), 100, BacklogStore.Starts.ALL);
            claim.starts().forEach(start -> released.addAll(members(start.key().runId())));
        } while (claim.more());

        assertThat(released).containsExactlyInAnyOrder(gated.get(0), gated.get(1), plain);
        assertThat(gate.written).containsExactly(gated.get(0), gated.get(1));
        assertThat(held()).isEqualTo(298);
        assertThat(backlog.queueFronts(FixedCredit.of("t", 5).classes())).isEmpty();
    }

    @Test
    void takesTheBestThatArePutInLineAgain() {
        submissions.with(new Scheduling(true));
        gate.free = 0;
        submissions.task("t", Priority.LOW);
        UUID best = submissions.task("t", Priority.HIGH);
        assertThat(backlog.claim(FixedCredit.of("t", 5), 100, BacklogStore.Starts.ALL)
                        .tasks())
                .isZero();
        gate.free = 1;

        assertThat(writes.putInLine(REASON, 1)).isOne();
        Claim claim = backlog.claim(FixedCredit.of("t", 5), 100, BacklogStore.Starts.ALL);

        assertThat(members(claim.starts().getFirst().key().runId())).containsExactly(best);
        assertThat(writes.putInLine("", 10))
                .as("what is in line already is left alone")
                .isZero();
    }

    @Test
    void countsOnlyTasksThatTheCreditSufficesFor() {
        submissions.with(new Scheduling(true));
        List<UUID> tasks = IntStream.range(0, 3)
                .mapToObj(n -> submissions.task("t", Priority.NORMAL))
                .toList();

        backlog.claim(FixedCredit.of("t", 1), 100, BacklogStore.Starts.ALL);

        assertThat(gate.written).containsExactly(tasks.getFirst());
        assertThat(gate.free).isOne();
    }

    private int held() {
        return database.client()
                .sql("select count(*) from task_state where held_by = ? and status = 'QUEUED'")
                .param(REASON)
                .query(Integer.class)
                .single();
    }

    private List<UUID> members(UUID runId) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? order by task_index")
                .param(runId)
                .query(UUID.class)
                .list();
    }

    /** Lets as many tasks pass as there are places. */
    private static final class Places implements ClaimGate {
        private final List<UUID> written = new ArrayList<>();
        private int free = 2;

        @Override
        public Pass begin() {
            return new Pass() {
                @Override
                public void read(List<UUID> candidates) {
                    // It goes by its own count alone.
                }

                @Override
                public Optional<String> refusal(UUID task) {
                    return free > 0 ? Optional.empty() : Optional.of(REASON);
                }

                @Override
                public void admit(UUID task) {
                    free--;
                }

                @Override
                public void write(List<UUID> admitted) {
                    written.addAll(admitted);
                }
            };
        }
    }
}
