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

/** Keeps one component running: prepares, starts, watches, starts again, gives up. Its {@link #run} blocks until then. */
final class SupervisedComponent implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SupervisedComponent.class);
    private static final Duration STARTING_POLL = Duration.ofMillis(100);
    private static final Duration UP_POLL = Duration.ofSeconds(5);
    /** Probes in a row that must fail before a component counts as not answering. */
    private static final int FAILED_PROBES = 2;

    private final ComponentSpec spec;
    private final StackLayout layout;
    private final StatusBoard board;
    private final RestartPolicy policy = new RestartPolicy();
    private final LogFile log;
    private volatile boolean stopping;
    private @Nullable Process process;
    private int restarts;

    SupervisedComponent(ComponentSpec spec, StackLayout layout, StatusBoard board) {
        this.spec = spec;
        this.layout = layout;
        this.board = board;
        this.log = new LogFile(layout.log(spec.component()));
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
        Program program = prepare();
        log.rotate();
        Instant startedAt = Instant.now();
        Process started = start(program, startedAt);
        if (started == null) {
            return false;
        }
        watch(started, startedAt);
        Files.deleteIfExists(layout.pidFile(component()));
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

    private Program prepare() throws IOException, InterruptedException {
        board.update(component(), row -> row.in(ComponentState.PREPARING, row.message()));
        return spec.preparation()
                .prepare(what -> board.update(component(), row -> row.in(ComponentState.PREPARING, what)));
    }

    /** Starts unless the stack is being stopped; a stop that comes later finds the process. */
    private synchronized @Nullable Process start(Program program, Instant startedAt) throws IOException {
        if (stopping) {
            return null;
        }
        Process started = program.start(log.path());
        ProcessIdentity.of(started.pid()).ifPresent(identity -> identity.write(layout.pidFile(component())));
        process = started;
        if (program.command().contains(OptimizingCompiler.FLAG)) {
            OptimizingCompiler.giveWay(started.pid());
        }
        board.update(component(), row -> row.startedAs(started.pid(), startedAt, restarts));
        return started;
    }

    private void watch(Process started, Instant startedAt) throws InterruptedException, IOException {
        int failedProbes = 0;
        boolean wasUp = false;
        while (!started.waitFor((wasUp ? UP_POLL : STARTING_POLL).toMillis(), TimeUnit.MILLISECONDS)) {
            log.rotate();
            Health health = spec.readiness().health(started.pid(), startedAt);
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
