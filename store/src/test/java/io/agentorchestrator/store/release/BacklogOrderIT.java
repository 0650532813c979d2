package io.agentorchestrator.store.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.release.Eligibility;
import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.TaskClass;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order tasks leave the backlog, and for whose agents. */
class BacklogOrderIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final BacklogStore backlog =
            new BacklogStore(database.dataSource(), new Uuid7(Clock.systemUTC()), Limits.MAX_GROUP_SIZE);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void tasksOfTenantsThatNoAgentServesStayAndHoldNobodyUp() {
        for (int n = 0; n < 250; n++) {
            ofTenant("unserved", submissions.task("t", Priority.CRITICAL));
        }
        UUID served = ofTenant("served", submissions.task("t", Priority.LOW));
        UUID other = ofTenant("unserved", submissions.task("other", Priority.LOW));
        FixedCredit credit = new FixedCredit(
                Fleet.of(List.of(
                        new Fleet.AgentClass(new Eligibility(Set.of("t"), Set.of("served", "too")), 500),
                        new Fleet.AgentClass(Set.of("other"), 500))),
                Map.of());

        assertThat(backlog.queueFronts(credit.classes()))
                .extracting(front -> front.rank().taskId())
                .containsExactlyInAnyOrder(served, other);
        Claim claim = backlog.claim(credit, 1_000, BacklogStore.Starts.ALL);

        assertThat(members(claim.starts().getFirst().key())).containsExactlyInAnyOrder(served, other);
    }

    @Test
    void agentsOfSomeTenantsAreFilledWithTheirTasksWhileEverybodyElsesWaitForTheOthers() {
        for (int n = 0; n < 150; n++) {
            ofTenant("crowd", submissions.task("t", Priority.CRITICAL));
        }
        UUID first = ofTenant("named", submissions.task("t", Priority.LOW));
        UUID second = ofTenant("named", submissions.task("t", Priority.LOW));
        Fleet fleet = Fleet.of(List.of(
                new Fleet.AgentClass(Set.of("t"), 1),
                new Fleet.AgentClass(new Eligibility(Set.of("t"), Set.of("named")), 10)));
        FixedCredit credit = new FixedCredit(fleet, Map.of());

        assertThat(backlog.queueFronts(credit.classes())).hasSize(2);
        Claim claim = backlog.claim(credit, 1_000, BacklogStore.Starts.ALL);

        assertThat(claim.tasks()).isEqualTo(3);
        assertThat(members(claim.starts().getFirst().key())).hasSize(3).contains(first, second);
        Outstanding outstanding = backlog.outstanding(credit.classes(), agentId -> true);
        assertThat(outstanding.byClass())
                .isEqualTo(Map.of(
                        TaskClass.of("t"), Map.of(Priority.CRITICAL, 1),
                        credit.classes().of("t", "named"), Map.of(Priority.LOW, 2)));
        assertThat(outstanding)
                .isEqualTo(backlog.claim(credit, 1, BacklogStore.Starts.ALL).outstanding());
    }

    @Test
    void whoHasWaitedForLongLeavesBeforeBetterOnesThatComeLater() {
        UUID high = submissions.task("t", Priority.HIGH);
        UUID critical = submissions.task("t", Priority.CRITICAL);
        UUID fresh = submissions.task("t", Priority.NORMAL);
        UUID aged = submissions.task("t", Priority.NORMAL);
        database.client()
                .sql("update task_state set queued_at = now() - interval '13 hours' where task_id = ?")
                .param(aged)
                .update();

        Claim claim = backlog.claim(FixedCredit.of("t", 10), 10, BacklogStore.Starts.ALL);

        assertThat(members(claim.starts().getFirst().key())).containsExactly(critical, aged, high, fresh);
    }

    @Test
    void tasksOfADagStandWhereItStandsUpToAnHourBackAndIdsOfAClockThatRunsAheadCountAsOfNow() {
        assertThat(rankedAfter("NORMAL", "0", "0")).isZero();
        assertThat(rankedAfter("NORMAL", "-30 min", "0"))
                .as("the id's time is that of the statement, not of its transaction")
                .isBetween(-1_800_000L, -1_790_000L);
        assertThat(rankedAfter("NORMAL", "-3 h", "0")).isEqualTo(-3_600_000);
        assertThat(rankedAfter("NORMAL", "3 h", "0")).isZero();
        assertThat(rankedAfter("HIGH", "0", "12 h")).isZero();
        assertThat(rankedAfter("LOW", "0", "-6 h")).isZero();
        assertThat(rankedAfter("BACKGROUND", "0", "-12 h")).isZero();
    }

    /** The rank of a task, less that of a NORMAL one that is queued now as it is submitted. */
    private long rankedAfter(String priority, String submitted, String queued) {
        return database.client()
                .sql("""
                        select queue_rank(:priority::priority_key, now() + :queued::interval,
                                          uuidv7(:queued::interval + :submitted::interval))
                          - (epoch_millis(now()) - 12 * 3600000)
                        """)
                .param("priority", priority)
                .param("submitted", submitted)
                .param("queued", queued)
                .query(Long.class)
                .single();
    }

    private UUID ofTenant(String tenant, UUID task) {
        database.client()
                .sql("update task_state set tenant = ? where task_id = ?")
                .params(tenant, task)
                .update();
        return task;
    }

    private List<UUID> members(RunKey run) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? order by task_index")
                .param(run.runId())
                .query(UUID.class)
                .list();
    }
}
