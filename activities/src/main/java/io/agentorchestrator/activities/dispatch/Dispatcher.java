package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentEvent;
import io.agentorchestrator.activities.agent.AgentEvent.StreamEnd;
import io.agentorchestrator.activities.agent.AgentListener;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import io.agentorchestrator.store.run.BatchTask;
import io.agentorchestrator.store.run.RunFacts;
import io.agentorchestrator.store.setting.SchedulingStrategy;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.run.BatchResult;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link DispatchMachine}: one thread folds what comes in and has the effects carried out, none of which it waits for. One per worker.
 * Thread-safe.
 */
public final class Dispatcher implements AgentListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration AFTER_A_MISTAKE = Duration.ofSeconds(1);
    /** Messages that are handled together at most. */
    private static final int MAX_MESSAGES = 5_000;
    /** Size of agents' messages that are neither handled nor recorded yet: above it their streams are not read on. */
    private static final long MAX_INBOX_BYTES = 64L * 1024 * 1024;

    private final DispatchMachine machine;
    private final EffectRunner runner;
    private final Clock wall;
    private final ActiveClock clock;
    private final BlockingQueue<DispatchMessage> inbox = new LinkedBlockingQueue<>();
    private final AtomicLong inboxBytes = new AtomicLong();
    private final Map<Long, CompletableFuture<BatchResult>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong lastBatch = new AtomicLong();
    private final StepGuard guard = new StepGuard(LOG, "dispatch");
    private final PollLoop loop;
    /** Of its thread. */
    private long tickAt;

    private volatile boolean readingStopped;
    private volatile Map<String, Integer> busy = Map.of();
    private volatile Runnable readOn = () -> {};
    private final Breakers breakers;
    private final FlowListener flow;
    private Collection<FleetAgent> fleet = List.of();
    private List<DispatchMessage.AgentFacts> fleetTold = List.of();
    private SchedulingStrategy strategyTold = SchedulingStrategy.LEAST_LOADED;
    private Duration preemptionTold = Settings.PREEMPTION_AFTER.standard();

    /**
     * Starts its thread. {@link #connect} is to be called before anything can be dispatched.
     *
     * @param workerId by which the store, agents and other workers know this one
     * @param wall the time of day, for deadlines
     */
    public Dispatcher(
            String workerId,
            DispatchSettings settings,
            DispatchPorts ports,
            MeterRegistry registry,
            OpenTelemetry telemetry,
            Clock wall) {
        this(
                workerId,
                settings,
                ports,
                registry,
                telemetry,
                wall,
                new ActiveClock(System::nanoTime, ActiveClock.STANDSTILL));
    }

    /** One that goes by a clock of its own. */
    Dispatcher(
            String workerId,
            DispatchSettings settings,
            DispatchPorts ports,
            MeterRegistry registry,
            OpenTelemetry telemetry,
            Clock wall,
            ActiveClock clock) {
        DispatchMetrics metrics = new DispatchMetrics(registry);
        PayloadResolver payloads = new PayloadResolver(ports.runs());
        StoreWriters lanes = new StoreWriters(workerId, ports, payloads, metrics, this::post);
        this.machine = new DispatchMachine(workerId, settings, new OutcomeMapping(), new Log());
        this.runner = new EffectRunner(
                ports,
                lanes,
                payloads,
                new EffectRunner.Telemetry(metrics, new DispatchTracing(telemetry)),
                wall,
                this::post,
                waiting);
        this.breakers = ports.breakers();
        this.flow = ports.flow();
        runner.onTrustChanged(this::postFleet);
        this.wall = wall;
        this.clock = clock;
        this.tickAt = clock.nanos() + TICK.toNanos();
        this.loop = new PollLoop("dispatch", AFTER_A_MISTAKE, this::round);
        loop.start();
    }

    /** Has these used from now on. */
    public void connect(AgentConnections connections) {
        runner.connect(connections);
        readOn = connections::readOn;
    }

    /** Dispatches a batch; completes when its activity is to return. */
    CompletableFuture<BatchResult> open(long batch, DispatchMessage.BatchOpened opened) {
        CompletableFuture<BatchResult> result = new CompletableFuture<>();
        waiting.put(batch, result);
        post(opened);
        return result;
    }

    long nextBatch() {
        return lastBatch.incrementAndGet();
    }

    /** The activity is over, whatever became of it. */
    void closeBatch(long batch) {
        if (waiting.remove(batch) != null) {
            post(new DispatchMessage.BatchClosed(batch));
        }
    }

    /** Has tasks stopped wherever they are, if this worker has them. */
    public void cancel(List<UUID> taskIds, String reason) {
        post(new DispatchMessage.CancelWanted(taskIds, reason));
    }

    /** Has it read anew where these runs and their tasks are: what was paused does not begin, and what somebody else has ended is let go. */
    public void refreshRuns(List<UUID> runIds) {
        post(new DispatchMessage.RunsChanged(runIds));
    }

    /** Takes over which agents there are, and how far they are trusted. To be called often: it does little if nothing changed. */
    public synchronized void fleet(Collection<FleetAgent> agents) {
        fleet = agents;
        postFleet();
    }

    /** Takes over by which strategy tasks are placed. To be called often: it does little if nothing changed. */
    public synchronized void placeBy(SchedulingStrategy wanted) {
        if (wanted != strategyTold) {
            strategyTold = wanted;
            post(new DispatchMessage.StrategyChanged(PlacementStrategy.of(wanted)));
        }
    }

    /** Takes over how long urgent tasks wait for a slot before others are stopped for them. To be called often: it does little if nothing changed. */
    public synchronized void preemptAfter(Duration wanted) {
        if (!wanted.equals(preemptionTold)) {
            preemptionTold = wanted;
            post(new DispatchMessage.PreemptionChanged(wanted));
        }
    }

    /** By the thread of dispatch itself, so that no task that comes after an outcome which opened a breaker goes to that agent. */
    private synchronized void postFleet() {
        List<DispatchMessage.AgentFacts> facts = FleetFacts.of(fleet, breakers);
        if (!facts.equals(fleetTold)) {
            fleetTold = facts;
            post(new DispatchMessage.FleetChanged(facts));
        }
    }

    /** Takes on tasks whose watcher has died. */
    void adopt(RunKey run, RunFacts facts, List<BatchTask> tasks) {
        post(new DispatchMessage.Adopted(run, facts, tasks));
    }

    /** Tasks of this worker that hold slots, by agent. */
    public Map<String, Integer> busy() {
        return busy;
    }

    void post(DispatchMessage message) {
        inbox.add(message);
    }

    @Override
    public void connected(FleetAgent agent, boolean preempts) {
        post(new DispatchMessage.Connected(agent.agentId(), preempts));
    }

    @Override
    public void disconnected(FleetAgent agent, StreamEnd end, String reason) {
        post(new DispatchMessage.Disconnected(agent.agentId(), end, reason));
        runner.streamEnded(agent, end);
    }

    @Override
    public void unreachable(FleetAgent agent, StreamEnd end, String reason) {
        post(new DispatchMessage.Unreachable(agent.agentId(), end == StreamEnd.REFUSED));
        runner.streamEnded(agent, end);
        LOG.debug("agent {} cannot be reached: {}", agent.agentId(), reason);
    }

    @Override
    public void congested(FleetAgent agent, boolean is) {
        post(new DispatchMessage.Congested(agent.agentId(), is));
    }

    @Override
    public void told(FleetAgent agent, AgentEvent.Load load) {
        post(new DispatchMessage.LoadTold(agent.agentId(), load));
    }

    @Override
    public boolean heard(FleetAgent agent, AgentEvent event) {
        long bytes = inboxBytes.addAndGet(event.bytes()) + runner.pendingBytes();
        post(new DispatchMessage.Heard(agent.agentId(), event));
        if (bytes <= MAX_INBOX_BYTES) {
            return true;
        }
        readingStopped = true;
        return false;
    }

    @Override
    public void outcomeRepeated(FleetAgent agent) {
        runner.outcomeRepeated(agent);
    }

    @Override
    public void close() {
        loop.stop();
        runner.close();
        waiting.values().forEach(batch -> batch.cancel(false));
    }

    private Duration round() throws InterruptedException {
        long wait = Math.min(tickAt, machine.nextReturnAt()) - clock.nanos();
        List<DispatchMessage> messages = take(Math.max(0, wait));
        long now = clock.nanos();
        if (!clock.takeStandstill().isZero()) {
            messages.addFirst(new DispatchMessage.Woke());
        }
        if (now >= tickAt) {
            messages.add(new DispatchMessage.Tick());
            guard.run(() -> flow.held(machine.slotsByTenant(), Duration.ofNanos(now - tickAt + TICK.toNanos())));
            tickAt = now + TICK.toNanos();
            busy = guard.call(machine::busy, busy);
        }
        if (loop.isRunning()) {
            fold(messages, now);
        }
        return Duration.ZERO;
    }

    private List<DispatchMessage> take(long waitNanos) throws InterruptedException {
        List<DispatchMessage> messages = new ArrayList<>();
        DispatchMessage first = inbox.poll(waitNanos, TimeUnit.NANOSECONDS);
        if (first != null) {
            messages.add(first);
            inbox.drainTo(messages, MAX_MESSAGES);
            long bytes = 0;
            for (DispatchMessage message : messages) {
                bytes += message instanceof DispatchMessage.Heard heard
                        ? heard.event().bytes()
                        : 0;
            }
            inboxBytes.addAndGet(-bytes);
        }
        if (readingStopped && inboxBytes.get() + runner.pendingBytes() < MAX_INBOX_BYTES / 2) {
            readingStopped = false;
            guard.run(readOn);
        }
        return messages;
    }

    private final class Log implements DispatchMachine.Listener {
        @Override
        public void moved(DispatchPhase from, DispatchPhase to) {}

        @Override
        public void failed(Throwable why) {
            guard.failed(why);
        }
    }

    private void fold(List<DispatchMessage> heard, long now) {
        List<DispatchMessage> next = heard;
        do {
            List<DispatchMessage> messages = next;
            next = guard.call(() -> runner.carryOut(machine.on(messages, now, wall.instant())), List.of());
        } while (!next.isEmpty());
    }
}
