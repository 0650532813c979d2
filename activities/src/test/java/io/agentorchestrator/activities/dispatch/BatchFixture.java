package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.activities.breaker.RegistryBreakerStore;
import io.agentorchestrator.activities.record.RunRecorder;
import io.agentorchestrator.activities.testkit.TestClock;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.HostResolver;
import io.agentorchestrator.store.address.Network;
import io.agentorchestrator.store.agent.BreakerRows;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.TypeTerms;
import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.BatchRequest;
import io.agentorchestrator.workflows.run.BatchResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A store, agents that do what they are told, and workers that run batches. */
final class BatchFixture implements AutoCloseable {
    private static final DispatchSettings QUICK = new DispatchSettings(
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofSeconds(20),
            Duration.ofSeconds(1),
            Duration.ofMillis(400),
            Duration.ofMillis(100));

    /** Like {@link #QUICK}, but nothing ends or is looked up by itself: for tests that move the clock. */
    static final DispatchSettings PATIENT = new DispatchSettings(
            Duration.ofMillis(50),
            Duration.ofMillis(50),
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            Duration.ofMillis(50));

    private static final CapacityListener NOBODY = new CapacityListener() {
        @Override
        public void attemptEnded(String taskType, String tenant, String selectorKey) {}

        @Override
        public void left(String taskType, String tenant, String selectorKey) {}
    };

    private static final FlowListener NOTHING = new FlowListener() {
        @Override
        public void released(String taskType, Duration releaseToAccepted) {}

        @Override
        public void executed(String taskType, String agentClass, Duration execution) {}

        @Override
        public void completed(String taskType, double complexity, Duration execution) {}

        @Override
        public void recorded(String taskType, Duration outcomeToRecord) {}
    };

    private static final Duration STREAMS_WITHIN = Duration.ofSeconds(5);
    private static final Duration RENEW_EVERY = Duration.ofSeconds(10);

    final TestClock clock = TestClock.running();
    final TestDatabase database = PostgresServer.shared().newDatabase();
    final BatchStore batches = new BatchStore(database.dataSource());
    final InMemorySpanExporter spans = InMemorySpanExporter.create();
    final List<ScriptedAgent> agents = new ArrayList<>();
    /** Runs whose activity Temporal did not know. */
    final List<RunKey> gone = new CopyOnWriteArrayList<>();

    private final AgentDirectory directory = new AgentDirectory(new FleetStore(database.dataSource()));

    final Submissions submissions = new Submissions(database.dataSource());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<Worker> workers = new ArrayList<>();

    /** A further worker, which knows nothing of what others watch. */
    Worker worker(String id) {
        return worker(id, QUICK, RENEW_EVERY);
    }

    Worker worker(String id, DispatchSettings settings, Duration renewEvery) {
        OpenTelemetry telemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build();
        Breakers breakers = new Breakers(
                new RegistryBreakerStore(new BreakerRows(database.dataSource())),
                () -> directory.agents().keySet(),
                clock);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        RunStore runs = new RunStore(database.dataSource());
        DispatchPorts ports = new DispatchPorts(
                batches,
                new OutcomeStore(database.dataSource()),
                runs,
                breakers,
                () -> Map.of("t", new TypeTerms(true, null)),
                NOBODY,
                NOTHING);
        Dispatcher dispatch = new Dispatcher(
                id,
                settings,
                ports,
                registry,
                telemetry,
                clock,
                new ActiveClock(() -> System.nanoTime() + clock.advanced().toNanos(), Duration.ofDays(1)));
        AgentConnections connections = new AgentConnections(
                id,
                dispatch,
                agent -> ScriptedAgent.proofKey(agent.agentId()),
                new AddressCheck(Network.PRIVATE, List.of(), HostResolver.ofSystem()),
                clock,
                renewEvery);
        dispatch.connect(connections);
        BatchDispatcher dispatcher = new BatchDispatcher(settings, batches, runs, dispatch, gone::add);
        Worker worker = new Worker(id, dispatcher, dispatch, connections, breakers, registry);
        workers.add(worker);
        worker.refresh();
        var _ = timer.scheduleAtFixedRate(worker::refresh, 20, 20, TimeUnit.MILLISECONDS);
        return worker;
    }

    /** An agent of type {@code t}. */
    ScriptedAgent agent(String id, int slotCount) {
        return agent(id, slotCount, "t");
    }

    private ScriptedAgent agent(String id, int slotCount, String type) {
        ScriptedAgent agent = new ScriptedAgent(id);
        agents.add(agent);
        database.client()
                .sql("""
                        insert into agent (agent_id, tenant, principal, region, agent_types, pool, address,
                          max_concurrent_tasks, cost_factor, credential_salt, state, registered_at, last_heartbeat_at)
                        values (?, 'default', 'test', 'local', array[?], 't', ?, ?, 0, ?, 'READY', now(),
                          now() + interval '1 hour')
                        """)
                .params(id, type, agent.address(), slotCount, new byte[] {1})
                .update();
        directory.refresh();
        return agent;
    }

    /** From now on an hour of the agent costs so much. */
    void costs(ScriptedAgent agent, double usd) {
        database.client()
                .sql("update agent set cost_factor = ? where agent_id = ?")
                .params(usd, agent.agentId)
                .update();
        directory.refresh();
        workers.forEach(Worker::refresh);
    }

    /** From now on the agent takes tasks of these tenants only. */
    void serves(ScriptedAgent agent, String... tenants) {
        database.client()
                .sql("update agent set serves_tenants = ? where agent_id = ?")
                .params(tenants, agent.agentId)
                .update();
        directory.refresh();
        workers.forEach(Worker::refresh);
    }

    /** Has the registry read anew. */
    void refresh() {
        directory.refresh();
    }

    /** The agent's process dies, and its heartbeats have been missing for long enough, while another's arrive. */
    void die(ScriptedAgent agent) {
        agent.close();
        ScriptedAgent _ = agents.size() > 1 ? agents.getLast() : agent("bystander", 1, "other");
        database.client()
                .sql("update agent set last_heartbeat_at = now() - interval '1 minute' where agent_id = ?")
                .param(agent.agentId)
                .update();
        directory.refresh();
        workers.forEach(Worker::refresh);
    }

    /** The registry no longer has the agent. */
    void forget(ScriptedAgent agent) {
        database.client()
                .sql("delete from agent where agent_id = ?")
                .param(agent.agentId)
                .update();
        directory.refresh();
        workers.forEach(Worker::refresh);
    }

    RunKey dag(String inputs, Node... nodes) {
        return submissions.dag(OnFailure.CANCEL_DEPENDENTS, inputs, nodes);
    }

    /** On a thread of its own, however few the common pool has. */
    static CompletableFuture<BatchResult> async(Supplier<BatchResult> batch) {
        return CompletableFuture.supplyAsync(batch, Thread::startVirtualThread);
    }

    static BatchRequest request(RunKey run, Integer... tasks) {
        return new BatchRequest(run.runId(), run.runNumber(), "default", 1, List.of(tasks), List.of());
    }

    private static BatchRequest taking(RunKey run, int task, Integer... following) {
        return new BatchRequest(run.runId(), run.runNumber(), "default", 1, List.of(task), List.of(following));
    }

    void pause(RunKey run) {
        database.client()
                .sql("update run set paused = true where run_id = ?")
                .param(run.runId())
                .update();
    }

    BatchTask release(RunKey run, int index) {
        database.client()
                .sql("update task_state set status = 'RELEASED' where run_id = ? and task_index = ?")
                .params(run.runId(), index)
                .update();
        return state(run, index);
    }

    BatchTask state(RunKey run, int index) {
        return batches.load(run, List.of(index)).getFirst();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.forEach(worker -> {
            worker.end();
            worker.breakers.close();
        });
        agents.forEach(ScriptedAgent::close);
        database.close();
    }

    /** What one worker has of its own. */
    final class Worker {
        final String id;
        final Breakers breakers;
        final MeterRegistry registry;
        private final BatchDispatcher dispatcher;
        final Dispatcher dispatch;
        private final AgentConnections connections;
        private volatile boolean ended;

        private Worker(
                String id,
                BatchDispatcher dispatcher,
                Dispatcher dispatch,
                AgentConnections connections,
                Breakers breakers,
                MeterRegistry registry) {
            this.id = id;
            this.dispatcher = dispatcher;
            this.dispatch = dispatch;
            this.connections = connections;
            this.breakers = breakers;
            this.registry = registry;
        }

        /** Takes over which agents there are. */
        void refresh() {
            if (!ended) {
                dispatch.fleet(directory.agents().values());
                connections.fleet(directory.agents().values());
            }
        }

        /** Tasks of this worker that hold slots, by agent; told ten times a second. */
        Map<String, Integer> busy() {
            return dispatch.busy();
        }

        boolean isConnected(String agentId) {
            return connections.isConnected(agentId);
        }

        /** Reads what has become of a task in the store. */
        void refreshRun(RunKey run) {
            dispatch.refreshRuns(List.of(run.runId()));
        }

        /** Looks after those that are silent. */
        WatchLeases keeper(LongSupplier nanoTime) {
            return new WatchLeases(
                    id,
                    new WorkerStore(database.dataSource()),
                    batches,
                    new RunStore(database.dataSource()),
                    dispatch,
                    nanoTime);
        }

        /** Records what runs decide. */
        RunRecorder recorder() {
            return new RunRecorder(
                    new OutcomeStore(database.dataSource()),
                    new RunStore(database.dataSource()),
                    dispatch,
                    connections,
                    Map::of);
        }

        /** How often outcomes were dropped. */
        double late() {
            return registry.counter("agent_late_outcomes", "agent_type", "t").count();
        }

        /** Releases tasks and runs a batch of them. */
        BatchResult dispatch(RunKey run, Integer... tasks) {
            for (int task : tasks) {
                release(run, task);
            }
            return batch(run, tasks);
        }

        /** Runs a batch of tasks as they are. */
        BatchResult batch(RunKey run, Integer... tasks) {
            return batch(run, () -> {}, tasks);
        }

        BatchResult batch(RunKey run, Runnable heartbeat, Integer... tasks) {
            return run(request(run, tasks), heartbeat);
        }

        /** Runs a batch of one task, as it is, that takes others along. */
        BatchResult takingAlong(RunKey run, int task, Integer... following) {
            return run(taking(run, task, following), () -> {});
        }

        /** The same, as a local activity. */
        BatchResult locally(RunKey run, int task, Integer... following) {
            awaitStreams();
            try {
                return dispatcher.runLocally(taking(run, task, following));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** A machine with other work may take longer to connect than a batch of {@link #QUICK} waits. */
        private void awaitStreams() {
            long deadline = System.nanoTime() + STREAMS_WITHIN.toNanos();
            while (System.nanoTime() < deadline
                    && agents.stream().anyMatch(agent -> agent.welcomes() && !isConnected(agent.agentId))) {
                LockSupport.parkNanos(1_000_000);
            }
        }

        private BatchResult run(BatchRequest batch, Runnable heartbeat) {
            awaitStreams();
            try {
                return dispatcher.run(batch, heartbeat);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The worker's process ends: nothing of its own is left. */
        void end() {
            ended = true;
            dispatch.close();
            connections.close();
        }
    }
}
