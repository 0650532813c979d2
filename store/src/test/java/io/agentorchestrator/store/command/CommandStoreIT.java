package io.agentorchestrator.store.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.command.CommandStore.CommandAnswer;
import io.agentorchestrator.store.command.CommandStore.StoredCommand;
import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.store.testkit.FixedCredit;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class CommandStoreIT {
    private static final Uuid7 IDS = new Uuid7(Clock.systemUTC());

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final CommandStore commands = new CommandStore(database.dataSource(), IDS);

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aTaskInNoRunIsCancelledAtOnceAndItsDependentsWithIt() {
        UUID task = submissions.task("t", Priority.NORMAL);
        UUID child = submissions.task("t", Priority.NORMAL, List.of(task));

        StoredCommand command = accepted(commands.cancelTask("default", "ann", task, "not needed"));

        assertThat(command.acknowledgedAt()).isNotNull();
        assertThat(command.runId()).isNull();
        assertThat(command.taskId()).isEqualTo(task);
        assertThat(state(task)).isEqualTo("CANCELLED CANCELLED not needed");
        assertThat(state(child)).startsWith("CANCELLED UPSTREAM_CANCELLED ");
        assertThat(accepted(commands.cancelTask("default", "bob", task, "me too")))
                .isEqualTo(command);
        assertThat(accepted(commands.cancelTask("default", "bob", child, "me too"))
                        .acknowledgedAt())
                .isNotNull();
    }

    @Test
    void aTaskInARunIsCancelledByACommandOnce() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b"));
        UUID task = task(run, 1);

        StoredCommand command = accepted(commands.cancelTask("default", "ann", task, "why"));

        assertThat(command.acknowledgedAt()).isNull();
        assertThat(command.runId()).isEqualTo(run.runId());
        assertThat(text("select task_indexes::text || code || principal from command"))
                .isEqualTo("{1}CANCELLEDann");
        assertThat(state(task)).isEqualTo("CANCELLED CANCELLED why");
        assertThat(accepted(commands.cancelTask("default", "ann", task, "again")))
                .isEqualTo(command);
        assertThat(accepted(commands.cancelTask("default", "ann", task(run, 0), "the other"))
                        .commandId())
                .isNotEqualTo(command.commandId());
        assertThat(commands.find("default", command.commandId())).contains(command);
        assertThat(commands.find("other", command.commandId())).isEmpty();
    }

    @Test
    void aTaskInAGroupIsCancelledByACommandToTheGroup() {
        UUID task = submissions.task("t", Priority.NORMAL);
        FixedCredit credit = FixedCredit.of("t", 1);
        RunKey group = new BacklogStore(database.dataSource(), IDS, Limits.MAX_GROUP_SIZE)
                .claim(credit, 10, BacklogStore.Starts.ALL)
                .starts()
                .getFirst()
                .key();

        assertThat(accepted(commands.cancelTask("default", "ann", task, "why")).runId())
                .isEqualTo(group.runId());
        assertThat(state(task)).isEqualTo("CANCELLED CANCELLED why");
        assertThat(text("select status || ' ' || open_count from run")).isEqualTo("CANCELLED 0");
    }

    @Test
    void whatNoAgentHasOfADagEndsWithTheCommandAndTheRestWaitsForItsRun() {
        RunKey run = submissions.dag(
                OnFailure.CONTINUE, "{}", Node.of("atAgent"), Node.of("released"), Node.of("after", "released"));
        database.client().sql("update run set status = 'RUNNING'").update();
        setTask(run, 0, "RUNNING");
        setTask(run, 1, "RELEASED");

        StoredCommand command = accepted(commands.cancelDag("default", "ann", run.runId(), "why"));

        assertThat(command.acknowledgedAt()).as("its run has yet to hear of it").isNull();
        assertThat(state(task(run, 0))).startsWith("RUNNING");
        assertThat(state(task(run, 1))).isEqualTo("CANCELLED CANCELLED why");
        assertThat(state(task(run, 2))).isEqualTo("CANCELLED CANCELLED why");
        assertThat(text("select status || ' ' || open_count || ' ' || cancelled_count from run"))
                .isEqualTo("RUNNING 1 2");
    }

    @Test
    void aDagThatHasNotBegunEndsWithTheCommand() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"), Node.of("b", "a"));

        assertThat(accepted(commands.cancelDag("default", "ann", run.runId(), "why"))
                        .acknowledgedAt())
                .as("there is no run to tell")
                .isNotNull();

        assertThat(text("select status || ' ' || open_count || ' ' || cancelled_count from run"))
                .isEqualTo("CANCELLED 0 2");
        assertThat(state(task(run, 1))).isEqualTo("CANCELLED CANCELLED why");
    }

    @Test
    void aDagWhoseLastOpenTaskIsCancelledHasFailedIfAnotherTaskFailed() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("failed"), Node.of("last"));
        database.client()
                .sql("update run set status = 'RUNNING', open_count = 1, failed_count = 1")
                .update();
        setTask(run, 0, "FAILED");

        accepted(commands.cancelTask("default", "ann", task(run, 1), "why"));

        assertThat(text("select status || ' ' || open_count || ' ' || cancelled_count from run"))
                .isEqualTo("FAILED 0 1");
    }

    private void setTask(RunKey run, int index, String status) {
        database.client()
                .sql("update task_state set status = ?::task_status where run_id = ? and task_index = ?")
                .params(status, run.runId(), index)
                .update();
    }

    @Test
    void aDagIsCancelledOnceAndWhatHasEndedOtherwiseIsNotCancelled() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));

        StoredCommand command = accepted(commands.cancelDag("default", "ann", run.runId(), "why"));

        assertThat(accepted(commands.cancelDag("default", "ann", run.runId(), "again")))
                .isEqualTo(command);
        set("run", "CANCELLED");
        assertThat(accepted(commands.cancelDag("default", "ann", run.runId(), "again")))
                .isEqualTo(command);
        set("run", "COMPLETED");
        assertThat(commands.cancelDag("default", "ann", run.runId(), "too late"))
                .isEqualTo(new CommandAnswer.Ended("COMPLETED"));
        set("task_state", "FAILED");
        assertThat(commands.cancelTask("default", "ann", task(run, 0), "too late"))
                .isEqualTo(new CommandAnswer.Ended("FAILED"));
    }

    @Test
    void aDagThatWasCancelledOtherwiseAnswersAFreshCommandThatIsDone() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        set("run", "CANCELLED");

        StoredCommand command = accepted(commands.cancelDag("default", "ann", run.runId(), "why"));

        assertThat(command.acknowledgedAt()).isNotNull();
        assertThat(commands.find("default", command.commandId())).contains(command);
    }

    @Test
    void pausesAndResumesOnceEach() {
        UUID dag = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a")).runId();

        StoredCommand neverPaused = accepted(commands.resumeDag("default", "ann", dag, ""));
        assertThat(neverPaused.acknowledgedAt()).isNotNull();
        StoredCommand paused = accepted(commands.pauseDag("default", "ann", dag, "hold"));
        assertThat(text("select paused::text from run")).isEqualTo("true");
        assertThat(accepted(commands.pauseDag("default", "bob", dag, "hold it")))
                .isEqualTo(paused);
        StoredCommand resumed = accepted(commands.resumeDag("default", "ann", dag, "go on"));
        assertThat(text("select paused::text from run")).isEqualTo("false");
        assertThat(accepted(commands.resumeDag("default", "ann", dag, ""))).isEqualTo(resumed);

        assertThat(paused.kind() + paused.code() + paused.acknowledgedAt()).isEqualTo("PAUSEnull");
        set("run", "FAILED");
        assertThat(commands.pauseDag("default", "ann", dag, "")).isEqualTo(new CommandAnswer.Ended("FAILED"));
        assertThat(commands.resumeDag("default", "ann", dag, "")).isEqualTo(new CommandAnswer.Ended("FAILED"));
    }

    @Test
    void whatAnotherTenantHasIsNotThere() {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));

        assertThat(List.of(
                        commands.cancelTask("other", "eve", task(run, 0), ""),
                        commands.cancelTask("default", "ann", run.runId(), ""),
                        commands.cancelDag("other", "eve", run.runId(), ""),
                        commands.pauseDag("other", "eve", run.runId(), ""),
                        commands.resumeDag("default", "ann", task(run, 0), "")))
                .containsOnly(new CommandAnswer.NotFound());
        assertThat(text("select count(*)::text from command")).isEqualTo("0");
    }

    @Test
    void aGroupIsNoDag() {
        database.client().sql("""
                        insert into run (run_id, run_number, kind, tenant, region, status, planner_version, workflow_id,
                          task_count, open_count, created_at)
                        values (uuidv7(), 1, 'GROUP', 'default', 'local', 'RUNNING', 1, 'w', 1, 1, now())
                        """).update();
        UUID group = database.client()
                .sql("select run_id from run")
                .query(UUID.class)
                .single();

        assertThat(commands.cancelDag("default", "ann", group, "")).isEqualTo(new CommandAnswer.NotFound());
    }

    @Test
    void whatIsToBeDeliveredIsAnnouncedOnCommit() throws SQLException {
        RunKey run = submissions.dag(OnFailure.CONTINUE, "{}", Node.of("a"));
        try (Connection listener = database.dataSource().getConnection()) {
            listener.createStatement().execute("listen " + Channels.COMMANDS);

            commands.pauseDag("default", "ann", run.runId(), "");

            assertThat(listener.unwrap(PGConnection.class).getNotifications(5_000))
                    .hasSize(1);
        }
    }

    private static StoredCommand accepted(CommandAnswer answer) {
        assertThat(answer).isInstanceOf(CommandAnswer.Accepted.class);
        return ((CommandAnswer.Accepted) answer).command();
    }

    private void set(String table, String status) {
        database.client()
                .sql("update " + table + " set status = '" + status + "'")
                .update();
    }

    private UUID task(RunKey run, int index) {
        return database.client()
                .sql("select task_id from task_state where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .query(UUID.class)
                .single();
    }

    private String state(UUID task) {
        return database.client()
                .sql("select concat_ws(' ', status, error_code, error_message) from task_state where task_id = ?")
                .param(task)
                .query(String.class)
                .single();
    }

    private String text(String sql) {
        return database.client().sql(sql).query(String.class).single();
    }
}
