package io.agentorchestrator.cli;

import static io.agentorchestrator.cli.RealStack.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.LedgerFile.Execution;
import io.agentorchestrator.cli.stack.Component;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
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
 * Work belongs to nobody who can die: over the real stack, the worker, an agent and Temporal are killed, Temporal stays away,
 * loses its memory and is told by an operator to stop a run. What was accepted is done all the same, and once.
 */
@Tag("crash")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DetachedWorkIT {
    /** Longer than any test takes. */
    private static final int FOR_EVER_MILLIS = 600_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path home;

    private static RealStack stack;
    private static LedgerFile ledger;
    private static SimulatedWork work;

    @BeforeAll
    static void start() throws Exception {
        stack = RealStack.in(home);
        ledger = new LedgerFile(stack.layout().data().resolve("ledger"));
        work = new SimulatedWork(stack, home, ledger);
        stack.up();
    }

    @AfterAll
    static void stop() throws Exception {
        stack.down();
    }

    @Test
    @Order(1)
    void aKilledWorkerCostsNoAttemptAndNothingRunsTwice() throws Exception {
        // As many as two fillings of the simulated agent, which takes 100 at once.
        String dag = work.submitDag("worker-dies", IntStream.range(0, 100).mapToObj(DetachedWorkIT::rootOrDependent));
        work.submitTasks("worker-dies", IntStream.range(0, 100).mapToObj(i -> SimulatedWork.sleeping(3_000 + i * 30)));
        patiently()
                .until(() -> work.tasks("worker-dies", "COMPLETED").size() >= 10
                        && ledger.executions().size() >= 110);
        Set<String> atAgents = new HashSet<>(SimulatedWork.ids(work.tasks("worker-dies", "RUNNING")));
        atAgents.retainAll(ledger.count(Execution::taskKey).keySet());

        stack.kill(Component.WORKER);
        List<JsonNode> all = work.awaitAll("worker-dies", 200);

        assertThat(atAgents).hasSizeGreaterThan(20);
        assertThat(all).allSatisfy(task -> SimulatedWork.assertStatus(task, "COMPLETED"));
        Map<String, Long> executions = ledger.count(Execution::taskKey);
        assertThat(all)
                .filteredOn(task -> atAgents.contains(SimulatedWork.id(task)))
                .allSatisfy(task -> {
                    assertThat(task.path("attempt").intValue()).isEqualTo(1);
                    assertThat(executions.get(SimulatedWork.id(task))).isEqualTo(1);
                });
        assertThat(ledger.count(Execution::attemptKey).values()).containsOnly(1L);
        assertThat(stack.orchestrator("watch", dag).exitCode()).isZero();
        assertThat(work.endsTold(dag))
                .hasSize(101)
                .allSatisfy((what, times) -> assertThat(times).isEqualTo(1));
        // Also of tasks whose dispatch the kill cut off before their agent heard of them.
        for (String id : SimulatedWork.ids(all)) {
            assertThat(work.outcomes(id)).as(id).containsExactly("COMPLETED");
        }
    }

    private static String rootOrDependent(int i) {
        return i < 60
                ? "{\"key\":\"t%d\",\"payload\":{\"sleep_ms\":%d}}".formatted(i, 3_000 + i * 50)
                : "{\"key\":\"t%d\",\"depends_on\":[\"t%d\"],\"payload\":{\"sleep_ms\":3000}}".formatted(i, i - 60);
    }

    @Test
    @Order(2)
    void aKilledAgentCostsItsTasksAnAttemptWhichGoesOnFromTheCheckpoint() throws Exception {
        work.submitTasks("agent-dies", IntStream.range(0, 20).mapToObj(i -> """
                {"payload":{"sleep_ms":4000,"checkpoint_every_ms":500},"retry":{"initial_interval":"PT0.1S"}}"""));
        patiently().until(() -> {
            List<JsonNode> running = work.details("agent-dies");
            return running.stream().allMatch(task -> task.has("checkpoint"));
        });

        stack.kill(Component.SIMULATED_AGENT);
        work.awaitAll("agent-dies", 20);

        assertThat(work.details("agent-dies")).allSatisfy(task -> {
            SimulatedWork.assertStatus(task, "COMPLETED");
            assertThat(task.at("/attempts/0/error/code").asString("")).isEqualTo("AGENT_LOST");
            assertThat(task.at("/attempts/1/outcome").asString("")).isEqualTo("COMPLETED");
            assertThat(task.path("attempts").size()).isEqualTo(2);
            assertThat(task.at("/result/resumed_from_ms").intValue()).isPositive();
        });
    }

    @Test
    @Order(3)
    void whatIsAskedWhileTemporalIsAwayIsDoneWhenItIsBack() throws Exception {
        String cancelled = work.submitDag("cancelled", SimulatedWork.chain(FOR_EVER_MILLIS, 0));
        String paused = work.submitDag("paused", SimulatedWork.chain(15_000, 0)); // it would go on without Temporal
        String resumed = work.submitDag("resumed", SimulatedWork.chain(4_000, 0));
        work.command("pause", resumed);
        String task = work.submitTask("long", FOR_EVER_MILLIS);
        work.awaitAtAgents(work.taskId(cancelled, "a"), work.taskId(paused, "a"), task);
        List<String> commands = new ArrayList<>();
        String late;
        String never;
        String lateTask;

        try (RealStack.Absence _ = stack.away(Component.TEMPORAL)) {
            commands.add(work.command("pause", paused));
            late = work.submitDag("late", SimulatedWork.chain(0, 0));
            lateTask = work.submitTask("late", 0);
            never = work.submitDag("never", SimulatedWork.chain(0, 0));
            commands.add(work.command("cancel", never));
            commands.add(work.command("cancel", cancelled));
            commands.add(work.command("cancel", task));
            commands.add(work.command("resume", resumed));
            assertThat(work.statusOf(paused)).isEqualTo("PAUSED");
            assertThat(work.statusOf(resumed)).isNotEqualTo("PAUSED");
            assertThat(stack.get("/v1/tasks/" + task).path("status").stringValue())
                    .isEqualTo("RUNNING");
        }

        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + cancelled), "CANCELLED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + never), "CANCELLED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/tasks/" + task), "CANCELLED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + resumed), "COMPLETED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + late), "COMPLETED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/tasks/" + lateTask), "COMPLETED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/tasks/" + work.taskId(paused, "a")), "COMPLETED");
        for (String command : commands) {
            patiently()
                    .until(() -> stack.get("/v1/commands/" + command)
                            .path("delivered")
                            .asBoolean());
        }
        assertThat(work.statusOf(paused)).isEqualTo("PAUSED");
        work.command("resume", paused);
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + paused), "COMPLETED");
    }

    @Test
    @Order(4)
    void runsGoOnAfterTemporalLostAllOfThem() throws Exception {
        String dag = work.submitDag("lost", SimulatedWork.chain(25_000, 0));
        String paused = work.submitDag("lost-paused", SimulatedWork.chain(4_000, 0));
        work.command("pause", paused);
        // A group whose tasks all end needs no workflow any more; one that goes on is missed within a minute.
        work.submitTasks("lost-tasks", IntStream.range(0, 5).mapToObj(i -> SimulatedWork.sleeping(90_000)));
        List<String> atAgents = new ArrayList<>(SimulatedWork.ids(work.tasks("lost-tasks", null)));
        atAgents.add(work.taskId(dag, "a"));
        work.awaitAtAgents(atAgents.toArray(String[]::new));

        // Halted first, so that nothing starts from the old file in between.
        stack.halt(Component.TEMPORAL);
        for (String file : List.of("temporal.db", "temporal.db-wal", "temporal.db-shm")) {
            Files.deleteIfExists(stack.layout().data().resolve(file));
        }
        stack.kill(Component.TEMPORAL);
        work.command("resume", paused);

        JsonNode ended = stack.awaitEnd("/v1/dags/" + dag);
        SimulatedWork.assertStatus(ended, "COMPLETED");
        assertThat(ended.path("run_number").intValue()).isEqualTo(2);
        assertThat(work.awaitAll("lost-tasks", 5)).allSatisfy(task -> {
            SimulatedWork.assertStatus(task, "COMPLETED");
            assertThat(task.at("/workflow/workflow_id").stringValue()).endsWith("-2");
        });
        Map<String, Long> executions = ledger.count(Execution::taskKey);
        assertThat(atAgents).allSatisfy(id -> {
            assertThat(executions.get(id)).isEqualTo(1);
            assertThat(stack.get("/v1/tasks/" + id).path("attempt").intValue()).isEqualTo(1);
        });
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + paused), "COMPLETED");
    }

    @Test
    @Order(5)
    void whatAnOperatorStopsInTemporalStaysStopped() throws Exception {
        String terminated = work.submitDag("terminated", SimulatedWork.chain(FOR_EVER_MILLIS, 0));
        String cancelled = work.submitDag("cancelled-there", SimulatedWork.chain(FOR_EVER_MILLIS, 0));
        String task = work.submitTask("terminated", FOR_EVER_MILLIS);
        work.awaitAtAgents(work.taskId(terminated, "a"), work.taskId(cancelled, "a"), task);

        inTemporal("terminate", "/v1/dags/" + terminated);
        inTemporal("cancel", "/v1/dags/" + cancelled);
        inTemporal("terminate", "/v1/tasks/" + task);

        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + terminated), "CANCELLED");
        SimulatedWork.assertStatus(stack.awaitEnd("/v1/dags/" + cancelled), "CANCELLED");
        stack.awaitEnd("/v1/tasks/" + task);
        List<String> tasks = List.of(
                work.taskId(terminated, "a"),
                work.taskId(terminated, "b"),
                work.taskId(cancelled, "a"),
                work.taskId(cancelled, "b"),
                task);
        // Longer than a round of the reconciler, and until the agent has let go.
        patiently().during(Duration.ofSeconds(7)).untilAsserted(() -> {
            for (String each : tasks) {
                JsonNode stopped = stack.get("/v1/tasks/" + each);
                SimulatedWork.assertStatus(stopped, "CANCELLED");
                assertThat(stopped.at("/error/code").asString(""))
                        .as(stopped.toPrettyString())
                        .isEqualTo("RUN_TERMINATED");
            }
            assertThat(work.statusOf(terminated)).isEqualTo("CANCELLED");
            assertThat(work.statusOf(cancelled)).isEqualTo("CANCELLED");
        });
        patiently().until(() -> activeTasks() == 0);
        assertThat(stack.get("/v1/dags/" + terminated).path("run_number").intValue())
                .isEqualTo(1);
    }

    private static void inTemporal(String verb, String path) throws Exception {
        String workflowId = stack.get(path).at("/workflow/workflow_id").stringValue();
        RealStack.Outcome done = stack.temporal("workflow", verb, "--workflow-id", workflowId);
        assertThat(done.exitCode()).as(done.toString()).isZero();
    }

    /** What agents are busy with; of one that is lost, nobody knows. */
    private static int activeTasks() throws Exception {
        return stack.get("/v1/agents")
                .path("agents")
                .valueStream()
                .filter(agent -> agent.path("state").asString("").equals("READY"))
                .mapToInt(agent -> agent.path("active_tasks").asInt(0))
                .sum();
    }
}
