package io.agentorchestrator.cli;

import static io.agentorchestrator.cli.RealStack.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.LedgerFile.Execution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * This build takes over what an earlier one left when it was stopped in the middle of work ({@code saved-state.zip}): nothing is lost, nothing
 * happens twice, and no attempt is used up by it. Fails if the schema has changed without a migration, if a plan, command or outcome that is stored
 * cannot be read any more, or if a history does not replay.
 *
 * <p>{@code -Dsaved-state.write=true} saves anew what this build leaves, and tests that.
 */
@Tag("crash")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SavedStateIT {
    private static final int LATE_SLOTS = 10;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path home;

    private static RealStack stack;
    private static SimulatedWork work;
    private static SavedWork saved;
    private static List<String> startedBefore;
    private static Process keptAgent;
    private static Process lateAgent;

    @BeforeAll
    static void start() throws Exception {
        if (Boolean.getBoolean("saved-state.write")) {
            save(Files.createDirectory(home.resolve("before")));
        }
        stack = RealStack.in(home);
        SavedState.restore(stack.layout());
        work = workIn(stack, home);
        saved = new SavedWork(stack, work);
        startedBefore = saved.started();
        keptAgent = saved.startAgent();
        stack.up();
    }

    private static void save(Path before) throws Exception {
        RealStack stack = RealStack.in(before);
        SavedWork begun = new SavedWork(stack, workIn(stack, before));
        Process agent = begun.startAgent();
        try {
            stack.up();
            begun.begin();
            begun.interrupt(agent);
        } finally {
            agent.destroyForcibly();
            stack.down();
        }
    }

    private static SimulatedWork workIn(RealStack stack, Path directory) {
        return new SimulatedWork(
                stack, directory, new LedgerFile(stack.layout().data().resolve("ledger")));
    }

    @AfterAll
    static void stop() throws Exception {
        for (Process agent : new Process[] {keptAgent, lateAgent}) {
            if (agent != null) {
                agent.destroyForcibly();
            }
        }
        stack.down();
    }

    @Test
    @Order(1)
    void whatWasAcceptedIsWhereItWas() throws Exception {
        assertThat(startedBefore).hasSize(SavedWork.AT_AGENT).doesNotHaveDuplicates();
        assertThat(work.tasks("group", "RUNNING")).hasSize(SavedWork.GROUP);
        assertThat(work.tasks("queued", "QUEUED")).hasSize(SavedWork.QUEUED);
        assertThat(work.tasks("dependent", "WAITING")).hasSize(1);
        assertThat(work.statusOf(work.dagId("half"))).isEqualTo("RUNNING");
        assertThat(work.statusOf(work.dagId("paused"))).isEqualTo("PAUSED");
        assertThat(work.statusOf(work.dagId("failed"))).isEqualTo("FAILED");
        assertThat(saved.submitDone().path("task_id").stringValue())
                .isEqualTo(SimulatedWork.id(work.tasks("done", null).getFirst()));
        assertThat(stack.get("/v1/settings").path("settings").valueStream()).anySatisfy(setting -> {
            assertThat(setting.path("name").stringValue()).isEqualTo(SavedWork.SETTING);
            assertThat(setting.path("value").stringValue()).isEqualTo(SavedWork.SETTING_VALUE);
        });
        try (RedisConnection redis = stack.redis()) {
            assertThat(redis.stream("task_dead_letter_queue")).hasSize(2);
        }
    }

    @Test
    @Order(2)
    void commandsReachWhatWasAcceptedBefore() throws Exception {
        work.command("cancel", work.dagId("stopped"));
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + work.dagId("stopped")), "CANCELLED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + work.dagId("cancelled")), "CANCELLED");
        JsonNode retried =
                stack.orchestrator("retry", work.dagId("failed"), "--json").json();
        assertThat(retried.path("tasks").valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrder("a", "b");
        JsonNode dead = work.tasks("dead", "FAILED").getFirst();
        String entry = stack.get("/v1/tasks/" + SimulatedWork.id(dead))
                .path("dead_letter_entry_id")
                .stringValue();
        JsonNode reprocessed =
                stack.orchestrator("dlq", "reprocess", entry, "--json").json();
        assertThat(SimulatedWork.id(reprocessed)).isNotEqualTo(SimulatedWork.id(dead));

        Files.createFile(saved.agentDirectory().resolve("finish"));
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/tasks/" + work.taskId(work.dagId("paused"), "a")), "COMPLETED");
        JsonNode heldBack = stack.get("/v1/tasks/" + work.taskId(work.dagId("paused"), "b"));
        assertThat(heldBack.has("started_at")).as(heldBack.toPrettyString()).isFalse();
        work.command("resume", work.dagId("paused"));
    }

    @Test
    @Order(3)
    void everythingComesToItsEndOnce() throws Exception {
        lateAgent =
                AgentProgram.start(stack, LATE_SLOTS, stack.layout().logs().resolve("agent-late.log"), SavedWork.LATE);
        for (String name : List.of("half", "paused", "noticed", "backoff", "failed")) {
            String dag = work.dagId(name);
            JsonNode ended = patiently()
                    .until(
                            () -> stack.get("/v1/dags/" + dag),
                            each -> each.path("status").asString("").equals("COMPLETED"));
            assertThat(ended.path("run_number").intValue()).as(name).isEqualTo(name.equals("failed") ? 2 : 1);
            for (JsonNode task : ended.path("tasks")) {
                boolean failedOnce = task.path("key").asString("").equals("a")
                        && List.of("backoff", "failed").contains(name);
                assertThat(work.outcomes(SimulatedWork.id(task)))
                        .as(name + task)
                        .isEqualTo(failedOnce ? List.of("FAILED", "COMPLETED") : List.of("COMPLETED"));
            }
        }
        awaitCompleted("group", SavedWork.GROUP);
        awaitCompleted("queued", SavedWork.QUEUED);
        awaitCompleted("dependent", 1);
        awaitCompleted("dead", 1);
        assertThat(work.tasks("dead", null)).hasSize(2);

        assertThat(saved.started()).isEqualTo(startedBefore);
        assertThat(work.ledger().count(Execution::attemptKey).values()).containsOnly(1L);
        for (String name : List.of("half", "paused", "noticed", "backoff", "stopped", "cancelled")) {
            assertThat(work.endsTold(work.dagId(name)).values()).as(name).containsOnly(1L);
        }
    }

    private static void awaitCompleted(String name, int count) throws Exception {
        patiently().until(() -> work.tasks(name, "COMPLETED").size() == count);
        for (JsonNode task : work.tasks(name, "COMPLETED")) {
            assertThat(work.outcomes(SimulatedWork.id(task))).as(name).containsExactly("COMPLETED");
        }
    }

    /** PostgreSQL can end a run without its workflow; one that does not replay would stay. */
    @Test
    @Order(4)
    void everyHistoryReplayedToItsEnd() throws Exception {
        String failed = stack.get("/v1/dags/" + work.dagId("failed"))
                .at("/workflow/workflow_id")
                .stringValue();

        patiently().untilAsserted(() -> assertThat(workflows("Running")).isEmpty());
        assertThat(workflows("Terminated")).isEmpty();
        assertThat(workflows("TimedOut")).isEmpty();
        assertThat(workflows("Failed")).hasSize(1).doesNotContain(failed);
        assertThat(workflows("Completed")).contains(failed);
    }

    private static List<String> workflows(String status) throws Exception {
        RealStack.Outcome list = stack.temporal(
                "workflow", "list", "--output", "json", "--query", "ExecutionStatus='%s'".formatted(status));
        return list.json()
                .valueStream()
                .map(workflow -> workflow.at("/execution/workflowId").stringValue())
                .toList();
    }
}
