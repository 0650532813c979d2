package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.LogFile;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.process.RestartPolicy;
import io.agentorchestrator.cli.process.StopSignal;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one component running: prepares, starts, watches, starts again, gives up. Its {@link #run} blocks until then. A full disk makes it give
 * nothing up that has run.
 */
final class SupervisedComponent implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedComponent.class);
    private static final Duration STARTING_POLL = Duration.ofMillis(100);
    private static final Duration UP_POLL = Duration.ofSeconds(5);
    /** Probes in a row that must fail before a component counts as not answering. */
    private static final int FAILED_PROBES = 2;
    /** Between two attempts to prepare or start what has run before. */
    private static final Duration START_AGAIN = Duration.ofSeconds(2);

    private final ComponentSpec spec;
    private final StackLayout layout;
    private final StatusBoard board;
    private final RestartPolicy policy = new RestartPolicy();
    private final LogFile log;
    private final RepeatedStep rotation;
    private final RepeatedStep pidFile;
    private volatile boolean stopping;
    private @Nullable Process process;
    private int restarts;
    private Instant startedAt = Instant.EPOCH;
    private boolean pidKept;

    SupervisedComponent(ComponentSpec spec, StackLayout layout, StatusBoard board) {
        this.spec = spec;
        this.layout = layout;
        this.board = board;
        this.log = new LogFile(layout.log(spec.component()));
        this.rotation = new RepeatedStep("Moving the log of " + spec.component().id() + " aside");
        this.pidFile =
                new RepeatedStep("Keeping the pid file of " + spec.component().id());
    }

    Component component() {
        return spec.component();
    }

    @Override
    public void run() {
        try {
            board.awaitUp(spec.after());
            while (!stopping && liveOnce()) {
                restarts++;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.error("{} was given up", component().id(), e);
            fail(CliFailure.reason(e));
        }
    }

    /** One life of the process; true when another is to follow. */
    private boolean liveOnce() throws IOException, InterruptedException {
        Process started = restarts == 0 ? prepareAndStart() : startAgain();
        if (started == null) {
            return false;
        }
        watch(started);
        boolean _ = pidFile.attempt(() -> Files.deleteIfExists(layout.pidFile(component())));
        if (stopping) {
            return false;
        }
        Duration lived = Duration.between(startedAt, Instant.now());
        LOG.warn("{} ended with {} after {}", component().id(), started.exitValue(), lived);
        Optional<Duration> backoff = policy.afterLifeOf(lived);
        if (backoff.isEmpty()) {
            fail("it ended %d times in a row, last with exit code %d; see %s"
                    .formatted(RestartPolicy.MAX_QUICK_DEATHS, started.exitValue(), log.path()));
            return false;
        }
        board.update(
                component(),
                row -> row.withoutProcess(ComponentState.RESTARTING, "ended with exit code " + started.exitValue()));
        Thread.sleep(backoff.get());
        return true;
    }

    private @Nullable Process prepareAndStart() throws IOException, InterruptedException {
        Program program = prepare();
        boolean _ = rotation.attempt(log::rotate);
        return start(program);
    }

    /** Starts what has run before, however long that takes: room on the disk, or whatever else it lacks, may come back. */
    private @Nullable Process startAgain() throws InterruptedException {
        boolean said = false;
        while (!stopping) {
            try {
                return prepareAndStart();
            } catch (IOException | RuntimeException e) {
                if (!said) {
                    LOG.warn(
                            "{} cannot be started again; it is tried until it can",
                            component().id(),
                            e);
                    said = true;
                }
                String why = CliFailure.reason(e);
                update(row -> row.withoutProcess(ComponentState.RESTARTING, why));
                Thread.sleep(START_AGAIN);
            }
        }
        return null;
    }

    private Program prepare() throws IOException, InterruptedException {
        board.update(component(), row -> row.in(ComponentState.PREPARING, row.message()));
        return spec.preparation()
                .prepare(what -> board.update(component(), row -> row.in(ComponentState.PREPARING, what)));
    }

    /** Starts unless the stack is being stopped; a stop that comes later finds the process. */
    private synchronized @Nullable Process start(Program program) throws IOException {
        if (stopping) {
            return null;
        }
        startedAt = Instant.now();
        Process started = program.start(log.path());
        process = started;
        pidKept = keepPid(started);
        if (program.command().contains(OptimizingCompiler.FLAG)) {
            OptimizingCompiler.giveWay(started.pid());
        }
        board.update(component(), row -> row.startedAs(started.pid(), startedAt, restarts));
        return started;
    }

    private boolean keepPid(Process started) {
        return pidFile.attempt(() ->
                ProcessIdentity.of(started.pid()).ifPresent(identity -> identity.write(layout.pidFile(component()))));
    }

    private Health probe(Process started) throws InterruptedException {
        try {
            return spec.readiness().health(started.pid(), startedAt);
        } catch (RuntimeException e) {
            return Health.unknown("it cannot be asked: " + CliFailure.reason(e));
        }
    }

    private void watch(Process started) throws InterruptedException {
        int failedProbes = 0;
        boolean wasUp = false;
        while (!started.waitFor((wasUp ? UP_POLL : STARTING_POLL).toMillis(), TimeUnit.MILLISECONDS)) {
            boolean _ = rotation.attempt(log::rotate);
            pidKept = pidKept || keepPid(started);
            Health health = probe(started);
            switch (health.verdict()) {
                case READY -> {
                    failedProbes = 0;
                    wasUp = true;
                    update(row -> row.in(ComponentState.UP, null));
                }
                case UNREADY -> {
                    if (wasUp && ++failedProbes >= FAILED_PROBES) {
                        update(row -> row.in(ComponentState.UNREADY, health.detail()));
                    }
                }
                case UNKNOWN -> update(row -> row.in(row.state(), health.detail()));
            }
        }
    }

    private void fail(String why) {
        update(row -> row.withoutProcess(ComponentState.FAILED, why));
    }

    private void update(UnaryOperator<ComponentStatus> change) {
        if (!stopping) {
            board.update(component(), change);
        }
    }

    /** Asks the process to end, waits, kills. No new one follows. */
    void stop() throws InterruptedException {
        Process running;
        synchronized (this) {
            stopping = true;
            running = process;
        }
        board.update(component(), row -> row.in(ComponentState.STOPPING, null));
        if (running != null) {
            Optional<ProcessIdentity> identity = ProcessIdentity.of(running.pid());
            if (identity.isPresent()
                    && running.isAlive()
                    && !StopSignal.of(component()).stop(identity.get(), spec.stopLimit())) {
                LOG.warn("{} had to be killed after {}", component().id(), spec.stopLimit());
            }
        }
        board.update(component(), row -> row.withoutProcess(ComponentState.STOPPED, null));
    }
}
