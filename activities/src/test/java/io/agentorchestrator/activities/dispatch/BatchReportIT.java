package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.store.reading.AttemptFacts;
import io.agentorchestrator.store.reading.TaskDetail;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Reports of agents on their tasks can be read while these run, and nothing of it is lost with an agent or a worker. */
class BatchReportIT {
    /** The most that an attempt can cost. */
    private static final long MOST_MICRO_USD = 1_000_000_000_000_000L;

    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void progressAndUsageAreReadWhileTheTaskRuns() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("silent"));
        CompletableFuture<BatchResult> batch = BatchFixture.async(() -> worker.dispatch(run, 0, 1));
        Awaitility.await().until(() -> agent.working.size() == 2);
        Start start = start(agent, run, 0);
        for (int step = 1; step <= 200; step++) {
            agent.say(start, ScriptedAgent.progress(start, step / 400.0, "step " + step));
            agent.say(start, ScriptedAgent.usage(start, step));
        }

        awaitTask(run, 0, task -> {
            assertThat(task.progress()).isNotNull().satisfies(progress -> {
                assertThat(progress.fraction()).isEqualTo(0.5);
                assertThat(progress.message()).isEqualTo("step 200");
            });
            assertThat(task.usage().costMicroUsd()).isEqualTo(200);
            assertThat(task.attempts()).singleElement().satisfies(attempt -> {
                assertThat(attempt.outcome()).isNull();
                assertThat(attempt.usage().costMicroUsd()).isEqualTo(200);
                assertThat(attempt.usage().outputTokens()).isEqualTo(4);
            });
        });
        assertThat(reports()).as("one row for the task that said anything").isEqualTo(1);

        agent.end(start, ScriptedAgent.result(start, "1", 250));
        agent.finish(start(agent, run, 1), "1");
        assertThat(batch.get(10, TimeUnit.SECONDS).ended()).isNotEmpty();
        awaitTask(run, 0, task -> {
            assertThat(task.progress()).isNull();
            assertThat(costs(task)).containsExactly(250L);
            assertThat(task.usage().costMicroUsd()).isEqualTo(250);
        });
    }

    @Test
    void whatEndsAtOnceLeavesNoReport() {
        fixture.agent("one", 50).onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            out.onNext(ScriptedAgent.progress(start, 0.9, "nearly"));
            out.onNext(ScriptedAgent.usage(start, 7));
            out.onNext(ScriptedAgent.result(start, "1"));
        });
        Node[] nodes = IntStream.range(0, 40).mapToObj(i -> Node.of("n" + i)).toArray(Node[]::new);
        RunKey run = fixture.dag("{}", nodes);

        worker.dispatch(run, IntStream.range(0, 40).boxed().toArray(Integer[]::new));

        Awaitility.await().during(1_500, TimeUnit.MILLISECONDS).until(() -> reports() == 0);
        assertThat(task(run, 0).usage().costMicroUsd()).as("as reported before").isEqualTo(7);
    }

    @Test
    void anotherWorkerKeepsWhatWasReportedToTheOneBeforeShouldTheAgentDieThen() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"));
        fixture.release(run, 0);
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.batch(run, 0));
        Awaitility.await().until(() -> agent.working.size() == 1);
        Start start = agent.starts.getFirst();
        agent.say(start, ScriptedAgent.usage(start, 700));
        awaitTask(run, 0, task -> assertThat(task.usage().costMicroUsd()).isEqualTo(700));
        worker.end();

        BatchFixture.Worker next = fixture.worker("worker-2");
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> next.batch(run, 0));
        Awaitility.await()
                .until(() -> agent.heard.contains("ATTACH") && next.busy().containsKey("one"));
        fixture.die(agent);

        assertThat(result.get(20, TimeUnit.SECONDS).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, OutcomeMapping.AGENT_LOST, true));
        assertThat(costs(task(run, 0))).containsExactly(700L);
    }

    @Test
    void theCostsOfAllAttemptsAndOfDispatchesThatAgentsGaveUpAddUp() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4);
        agent.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            switch (agent.starts.size()) {
                case 1 -> {
                    out.onNext(ScriptedAgent.usage(start, 10));
                    out.onNext(ScriptedAgent.error(start, OutcomeMapping.LEASE_EXPIRED, true));
                }
                case 2 -> {
                    out.onNext(ScriptedAgent.usage(start, 200));
                    out.onNext(ScriptedAgent.error(start, "FLAKY", true));
                }
                default -> out.onNext(ScriptedAgent.result(start, "1", 3_000));
            }
        });
        RunKey run = fixture.dag("{}", Node.of("a"));

        worker.dispatch(run, 0);
        worker.dispatch(run, 0);

        awaitTask(run, 0, task -> {
            assertThat(costs(task)).containsExactly(200L, 3_000L);
            assertThat(task.usage().costMicroUsd()).isEqualTo(3_210);
        });
    }

    @Test
    void rubbishIsCutDownToWhatCanBeKept() {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 0, 1));
        Awaitility.await().until(() -> agent.working.size() == 2);
        Start a = start(agent, run, 0);
        Start b = start(agent, run, 1);

        agent.say(a, ScriptedAgent.progress(a, 7, "\0\u001b[31m" + "\uD83D\uDE00".repeat(10_000)));
        agent.say(a, ScriptedAgent.usage(a, Long.MAX_VALUE));
        agent.say(b, ScriptedAgent.progress(b, -1, ""));
        agent.say(b, ScriptedAgent.progress(b, Double.NaN, "nowhere"));
        agent.say(b, ScriptedAgent.usage(b, -5));

        awaitTask(run, 0, task -> {
            assertThat(task.progress()).isNotNull().satisfies(progress -> {
                assertThat(progress.fraction()).isEqualTo(1);
                String message = String.valueOf(progress.message());
                assertThat(message).startsWith("\u001b[31m\uD83D\uDE00").endsWith("\uD83D\uDE00");
                assertThat(message.getBytes(StandardCharsets.UTF_8).length)
                        .isBetween(Limits.MAX_PROGRESS_MESSAGE_BYTES - 3, Limits.MAX_PROGRESS_MESSAGE_BYTES);
            });
            assertThat(task.usage().costMicroUsd()).isEqualTo(MOST_MICRO_USD);
        });
        awaitTask(run, 1, task -> {
            assertThat(task.progress()).isNotNull().satisfies(progress -> {
                assertThat(progress.fraction()).isZero();
                assertThat(progress.message()).isNull();
            });
            assertThat(task.usage().costMicroUsd()).isZero();
        });
    }

    @Test
    void costsThatAreCutDownAddUp() {
        fixture.agent("one", 4).onStart((start, out) -> {
            FromAgent end = start.getAttempt() == 1
                    ? ScriptedAgent.error(start, "FLAKY", true)
                    : ScriptedAgent.result(start, "1", Long.MAX_VALUE);
            out.onNext(ScriptedAgent.usage(start, Long.MAX_VALUE));
            out.onNext(end);
        });
        RunKey run = fixture.dag("{}", Node.of("a"));

        worker.dispatch(run, 0);
        worker.dispatch(run, 0);

        assertThat(task(run, 0).usage().costMicroUsd()).isEqualTo(2 * MOST_MICRO_USD);
    }

    @Test
    void aDispatchThatIsOverChangesItsOwnReportOnly() {
        ScriptedAgent first = fixture.agent("first", 4);
        first.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            out.onNext(ScriptedAgent.usage(start, 10));
            if (first.starts.size() == 1) {
                out.onNext(ScriptedAgent.error(start, OutcomeMapping.LEASE_EXPIRED, true));
            }
            Start before = first.starts.getFirst();
            out.onNext(ScriptedAgent.usage(before, 50));
            out.onNext(ScriptedAgent.usage(
                    before.toBuilder()
                            .setRef(before.getRef().toBuilder().setEpoch(-3))
                            .build(),
                    1));
            out.onNext(ScriptedAgent.usage(
                    before.toBuilder()
                            .setRef(before.getRef().toBuilder().setEpoch(9))
                            .build(),
                    1));
        });
        RunKey run = fixture.dag("{}", Node.of("a"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 0));

        Awaitility.await()
                .untilAsserted(() -> assertThat(fixture.database
                                .client()
                                .sql("select epoch || ' ' || cost_micro_usd from task_report order by epoch")
                                .query(String.class)
                                .list())
                        .containsExactly("1 50", "2 10"));
    }

    private Start start(ScriptedAgent agent, RunKey run, int index) {
        String taskId = fixture.state(run, index).taskId().toString();
        return agent.starts.stream()
                .filter(start -> start.getRef().getTaskId().equals(taskId))
                .findFirst()
                .orElseThrow();
    }

    private void awaitTask(RunKey run, int index, ThrowingConsumer<TaskDetail> is) {
        Awaitility.await().untilAsserted(() -> assertThat(task(run, index)).satisfies(is));
    }

    private TaskDetail task(RunKey run, int index) {
        return new TaskReader(fixture.database.dataSource())
                .find("default", fixture.state(run, index).taskId())
                .orElseThrow();
    }

    private static List<Long> costs(TaskDetail task) {
        return task.attempts().stream()
                .map(AttemptFacts::usage)
                .map(usage -> usage.costMicroUsd().longValueExact())
                .toList();
    }

    private long reports() {
        return fixture.database
                .client()
                .sql("select count(*) from task_report")
                .query(Long.class)
                .single();
    }
}
