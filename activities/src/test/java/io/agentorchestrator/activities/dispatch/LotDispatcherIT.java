package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.run.HandOver;
import io.agentorchestrator.store.run.LotStore;
import io.agentorchestrator.store.run.LotTask;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.LotRequest;
import io.agentorchestrator.workflows.run.LotResult;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class LotDispatcherIT {
    private static final DispatchSettings QUICK = new DispatchSettings(
            Duration.ofMillis(50),
            Duration.ofSeconds(20),
            Duration.ofMillis(400),
            Duration.ofMillis(100),
            Duration.ofMillis(500));

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final LotStore lots = new LotStore(database.dataSource());
    private final AgentDirectory directory = new AgentDirectory(new FleetStore(database.dataSource()));
    private final AgentConnections connections = new AgentConnections("worker-1", Clock.systemUTC());
    private final AgentSlots slots = new AgentSlots(directory, Clock.systemUTC());
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<ScriptedAgent> agents = new ArrayList<>();
    private final LotDispatcher dispatcher = new LotDispatcher(
            QUICK,
            database.dataSource(),
            new OutcomeStore(database.dataSource(), ready -> ready),
            directory,
            connections,
            slots,
            JsonMapper.shared(),
            metrics,
            telemetry,
            type -> {},
            Clock.systemUTC());

    @BeforeEach
    void serveLines() {
        var _ = timer.scheduleAtFixedRate(slots::serveLines, 20, 20, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        connections.close();
        agents.forEach(ScriptedAgent::close);
        database.close();
    }

    @Test
    void handsOverRecordsAndGrantsDependents() throws Exception {
        ScriptedAgent agent = agent("one", 4).onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            out.onNext(ScriptedAgent.result(start, "{\"n\":7}"));
        });
        RunKey run = dag("{\"who\":\"me\"}", Node.of("a"), new Node("b", "t", """
                {"n":"${tasks.a.result.n}","text":"for ${inputs.who}"}""", "a"));

        LotResult first = dispatch(run, 0);
        LotResult second = dispatch(run, 1);

        assertThat(first.ended()).containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        assertThat(first.grants()).containsExactly(1);
        assertThat(second.ended())
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(AttemptEnd.Outcome.COMPLETED));
        assertThat(agent.starts.get(1).getPayload().toStringUtf8()).isEqualTo("{\"n\":7,\"text\":\"for me\"}");
        Awaitility.await().untilAsserted(() -> assertThat(agent.heard).contains("ACKNOWLEDGE"));
        assertThat(slots.used()).isEmpty();
    }

    @Test
    void tracesAHandOverFromTheSubmissionToTheAgent() throws Exception {
        ScriptedAgent agent = agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        RunKey run = dag("{}", Node.of("a"));
        database.client()
                .sql("update task set traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'")
                .update();

        dispatch(run, 0);

        assertThat(spans.getFinishedSpanItems()).singleElement().satisfies(span -> {
            assertThat(span.getName()).isEqualTo("process_task");
            assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
            assertThat(span.getAttributes().asMap().keySet())
                    .extracting(key -> key.getKey())
                    .contains("task_type", "complexity", "priority", "task_id", "attempt", "agent_id");
            assertThat(agent.starts.getFirst().getTraceparent())
                    .isEqualTo("00-0af7651916cd43dd8448eb211c80319c-" + span.getSpanId() + "-01");
        });
    }

    @Test
    void failsATaskWhoseReferenceIsMissingBeforeAnyAgentSeesIt() throws Exception {
        ScriptedAgent agent = agent("one", 4);
        RunKey run = dag("{}", new Node("a", "t", "{\"x\":\"${inputs.nothing}\"}"));

        LotResult result = dispatch(run, 0);

        assertThat(result.ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, "MISSING_INPUT", false));
        assertThat(agent.starts).isEmpty();
        assertThat(errorMessage()).contains("inputs.nothing");
    }

    @Test
    void reroutesARefusalWithoutCountingAnAttempt() throws Exception {
        agent("full", 4).onStart((start, out) -> out.onNext(ScriptedAgent.refused(start)));
        RunKey run = dag("{}", Node.of("a"));
        CompletableFuture<LotResult> result = CompletableFuture.supplyAsync(() -> dispatchUnchecked(run, 0));
        Awaitility.await().until(() -> agents.getFirst().starts.size() >= 2);
        agent("free", 400).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));

        AttemptEnd end = result.get(10, TimeUnit.SECONDS).ended().getFirst();

        assertThat(end.attempt()).isEqualTo(1);
        assertThat(state(run, 0).epoch()).isGreaterThan(2);
    }

    @Test
    void putsBackIntoTheBacklogWhatFindsNoAgent() throws Exception {
        RunKey run = dag("{}", Node.of("a"));

        LotResult result = dispatch(run, 0);

        assertThat(result.notStarted()).containsExactly(0);
        assertThat(state(run, 0).status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(state(run, 0).attempt()).isZero();
    }

    @Test
    void attachesAgainAfterABrokenStreamAndGetsTheOutcomeItMissed() throws Exception {
        ScriptedAgent agent = agent("one", 4);
        agent.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            agent.kept.put(start.getRef(), ScriptedAgent.result(start, "\"late\""));
            agent.breakStreams();
        });
        RunKey run = dag("{}", Node.of("a"));

        LotResult result = dispatch(run, 0);

        assertThat(result.ended())
                .singleElement()
                .satisfies(end -> assertThat(end.outcome()).isEqualTo(AttemptEnd.Outcome.COMPLETED));
        assertThat(agent.starts).hasSize(1);
        assertThat(agent.heard).contains("ATTACH");
    }

    @Test
    void anotherWorkersLotAttachesToWhatRunsAndStartsNothingAnew() throws Exception {
        ScriptedAgent agent = agent("one", 4);
        RunKey run = dag("{}", Node.of("a"));
        LotTask task = grant(run, 0);
        lots.begin(run, List.of(new HandOver(task.taskId(), 0, "one")));
        Start lost = Start.newBuilder()
                .setRef(io.agentorchestrator.protocol.v1.TaskRef.newBuilder()
                        .setTaskId(task.taskId().toString())
                        .setEpoch(1))
                .build();
        agent.kept.put(lost.getRef(), ScriptedAgent.result(lost, "{}"));

        LotResult result = dispatcher.run(request(run, 0), () -> {});

        assertThat(result.ended()).hasSize(1);
        assertThat(agent.starts).isEmpty();
    }

    @Test
    void costsAnAttemptWhenTheAgentForgotWhatItAccepted() throws Exception {
        ScriptedAgent agent = agent("one", 4);
        agent.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            agent.breakStreams();
        });
        RunKey run = dag("{}", Node.of("a"));

        LotResult result = dispatch(run, 0);

        assertThat(result.ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, OutcomeMapping.AGENT_LOST, true));
        assertThat(state(run, 0).status()).isEqualTo(TaskStatus.BACKOFF);
    }

    @Test
    void turnsRubbishIntoAClearError() throws Exception {
        agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "{not json")));
        RunKey run = dag("{}", Node.of("a"));

        assertThat(dispatch(run, 0).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, "INVALID_RESULT", true));
    }

    @Test
    void takesNoResultThatPostgresqlCouldNotKeepAndRecordsTheNeighbours() throws Exception {
        agent("one", 4)
                .onStart((start, out) -> out.onNext(
                        start.getPayload().toStringUtf8().contains("odd")
                                ? ScriptedAgent.result(start, "\uFEFF{}")
                                : ScriptedAgent.result(start, "{}")));
        RunKey run = dag("{}", new Node("a", "t", "{\"is\":\"odd\"}"), new Node("b", "t", "{\"is\":\"plain\"}"));

        LotResult result = dispatch(run, 0, 1);

        assertThat(result.ended()).contains(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, "INVALID_RESULT", true));
        assertThat(state(run, 1).status()).isEqualTo(TaskStatus.COMPLETED);
    }

    @Test
    void cancelsTheTaskWhenItsAgentWasToldToStopIt() throws Exception {
        agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.error(start, "CANCELLED", false)));
        RunKey run = dag("{}", Node.of("a"));

        assertThat(dispatch(run, 0).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.CANCELLED, "", false));
        assertThat(state(run, 0).status()).isEqualTo(TaskStatus.CANCELLED);
    }

    @Test
    void triesATaskAgainWhoseAgentStoppedByItself() throws Exception {
        agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.error(start, "CANCELLED", true)));
        RunKey run = dag("{}", Node.of("a"));

        assertThat(dispatch(run, 0).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, OutcomeMapping.AGENT_STOPPED, true));
        assertThat(state(run, 0).status()).isEqualTo(TaskStatus.BACKOFF);
    }

    @Test
    void recordsOnlyTheFirstOfTwoResults() throws Exception {
        agent("one", 4).onStart((start, out) -> {
            out.onNext(ScriptedAgent.result(start, "1"));
            out.onNext(ScriptedAgent.result(start, "2"));
        });
        RunKey run = dag("{}", Node.of("a"));

        dispatch(run, 0);

        assertThat(database.client()
                        .sql("select string_agg(result::text, ',') from task_attempt")
                        .query(String.class)
                        .single())
                .isEqualTo("1");
    }

    @Test
    void returnsWhatIsDoneWithoutWaitingForASlowNeighbour() throws Exception {
        agent("one", 4).onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            if (start.getPayload().toStringUtf8().contains("quick")) {
                out.onNext(ScriptedAgent.result(start, "1"));
            }
        });
        RunKey run = dag("{}", new Node("a", "t", "{\"is\":\"quick\"}"), new Node("b", "t", "{\"is\":\"slow\"}"));

        LotResult result = dispatch(run, 0, 1);

        assertThat(result.ended()).extracting(AttemptEnd::task).containsExactly(0);
        assertThat(result.running()).containsExactly(1);
        assertThat(slots.used()).containsEntry("one", 1);
    }

    @Test
    void handsNothingToAnImpostor() throws Exception {
        ScriptedAgent agent = agent("one", 4).impostor();
        RunKey run = dag("{}", Node.of("a"));

        CompletableFuture<LotResult> result = CompletableFuture.supplyAsync(() -> dispatchUnchecked(run, 0));
        Awaitility.await()
                .until(() -> agent.heard.stream().filter("HELLO"::equals).count() >= 2);
        database.client().sql("delete from agent").update();
        directory.refresh();

        assertThat(result.get(30, TimeUnit.SECONDS).notStarted()).containsExactly(0);
        assertThat(agent.starts).isEmpty();
    }

    @Test
    void leavesTasksToTheirAgentsWhenTheActivityIsToEnd() throws Exception {
        agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.accepted(start)));
        RunKey run = dag("{}", Node.of("a"));
        grant(run, 0);

        assertThatThrownBy(() -> dispatcher.run(request(run, 0), () -> {
                    throw new IllegalStateException("worker stops");
                }))
                .hasMessage("worker stops");
        assertThat(state(run, 0).status()).isEqualTo(TaskStatus.RUNNING);
    }

    private ScriptedAgent agent(String id, int slotCount) {
        ScriptedAgent agent = new ScriptedAgent(id);
        agents.add(agent);
        database.client()
                .sql("""
                        insert into agent (agent_id, tenant, principal, region, agent_types, pool, address,
                          max_concurrent_tasks, cost_factor, credential_sha256, state, registered_at, last_heartbeat_at)
                        values (?, 'default', 'test', 'local', '{t}', 't', ?, ?, 0, ?, 'READY', now(),
                          now() + interval '1 hour')
                        """)
                .params(id, agent.address(), slotCount, agent.credentialSha256())
                .update();
        directory.refresh();
        return agent;
    }

    private RunKey dag(String inputs, Node... nodes) {
        return submissions.dag(OnFailure.CANCEL_DEPENDENTS, inputs, nodes);
    }

    private LotResult dispatch(RunKey run, Integer... tasks) throws InterruptedException {
        for (int task : tasks) {
            grant(run, task);
        }
        return dispatcher.run(request(run, tasks), () -> {});
    }

    private LotResult dispatchUnchecked(RunKey run, Integer... tasks) {
        try {
            return dispatch(run, tasks);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static LotRequest request(RunKey run, Integer... tasks) {
        return new LotRequest(run.runId(), run.runNumber(), "default", 1, List.of(tasks));
    }

    private LotTask grant(RunKey run, int index) {
        database.client()
                .sql("update task_state set status = 'GRANTED' where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .update();
        return state(run, index);
    }

    private LotTask state(RunKey run, int index) {
        return lots.load(run, List.of(index)).getFirst();
    }

    private String errorMessage() {
        return database.client()
                .sql("select error_message from task_attempt")
                .query(String.class)
                .single();
    }
}
