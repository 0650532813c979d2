package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.LogFile;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StackStatus;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts an embedded stack under a supervisor of its own, and waits until it is ready. */
public final class StackLauncher {
    private static final Duration SUPERVISOR_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration WATCH_EVERY = Duration.ofMillis(500);
    /** Fetching Temporal over a slow line is what takes long, once. */
    private static final Duration READY_LIMIT = Duration.ofMinutes(15);
    /** A process that runs but does not get ready for so long is stuck. */
    private static final Duration STARTING_LIMIT = Duration.ofMinutes(3);

    private static final int TAIL_LINES = 15;

    private final StackLayout layout;
    private final Consumer<String> progress;
    private final StackStopper stopper;
    private final ReadinessReport report;

    /** @param progress told what happens, a line at a time */
    public StackLauncher(StackLayout layout, Consumer<String> progress) {
        this.layout = layout;
        this.progress = progress;
        this.stopper = new StackStopper(layout);
        this.report = new ReadinessReport(progress);
    }

    /** Starts the stack unless it runs; returns as soon as its supervisor does. */
    public void start(StackSettings wanted) throws IOException, InterruptedException {
        Preconditions.disk(layout).ifPresent(problem -> {
            throw new CliFailure(problem);
        });
        try (FileChannel channel =
                        FileChannel.open(layout.launchLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            assert lock.isValid();
            if (stopper.supervisor().isPresent() && keepRunning(wanted)) {
                return;
            }
            stopper.stopOrphans(progress);
            List<String> taken = Preconditions.ports(wanted.ports(), wanted.runsTemporal());
            if (!taken.isEmpty()) {
                throw new CliFailure(String.join("\n", taken));
            }
            DataDirectory.prepare(layout, LocalDateTime.now(ZoneId.systemDefault()), progress);
            Files.deleteIfExists(layout.statusFile());
            StateFiles.write(layout, wanted);
            ApplicationJars.snapshot(layout);
            launchSupervisor();
        }
    }

    /** Tells whether the running stack stays: a broken one is stopped, and one with other settings is a failure. */
    private boolean keepRunning(StackSettings wanted) throws IOException, InterruptedException {
        if (!StackView.of(layout).failed().isEmpty()) {
            progress.accept("The stack is half-dead; it is stopped and started again.");
            stopper.stop(progress);
            return false;
        }
        Optional<StackSettings> running = StateFiles.settings(layout);
        if (running.isPresent() && !running.get().equals(wanted)) {
            throw new CliFailure(
                    "The stack already runs with other ports, another Temporal or tuned otherwise (its API is "
                            + running.get().ports().apiUrl() + "): use it, or run ./orchestrator down first.");
        }
        progress.accept("The stack already runs.");
        return true;
    }

    private void launchSupervisor() throws IOException, InterruptedException {
        Files.deleteIfExists(layout.supervisorPidFile());
        // A session of its own: the terminal's Ctrl-C and hang-up do not reach it.
        List<String> command = new ArrayList<>(
                Program.setsid().map(List::of).orElse(List.of("sh", "-c", "set -m; nohup \"$@\" &", "sh")));
        command.addAll(List.of(
                JavaProgram.java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorchestrator.home=" + layout.home(),
                "@" + ApplicationJars.argumentFile(layout, "cli"),
                "io.agentorchestrator.cli.OrchestratorMain",
                "supervise"));
        new LogFile(layout.supervisorLog()).rotate();
        Process process = new Program(command, Map.of(), layout.home()).start(layout.supervisorLog());
        boolean started = Patience.until(
                SUPERVISOR_LIMIT,
                () -> stopper.supervisor().isPresent() || (!process.isAlive() && process.exitValue() != 0));
        if (!started || stopper.supervisor().isEmpty()) {
            throw new CliFailure("The supervisor did not start:\n" + tail(layout.supervisorLog()));
        }
    }

    /** Waits until every component is ready, reporting each; throws when one is given up. */
    public StackStatus awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        while (System.nanoTime() - deadline < 0) {
            // Read in this order: a supervisor that ends between the two has written its last word.
            Optional<ProcessIdentity> supervisor = stopper.supervisor();
            Optional<StackStatus> status = StateFiles.status(layout);
            status.ifPresent(report::show);
            if (status.isPresent() && status.get().up()) {
                return status.get();
            }
            failOn(status);
            if (supervisor.isEmpty()) {
                throw new CliFailure("The stack stopped while it started; see " + layout.supervisorLog() + ":\n"
                        + tail(layout.supervisorLog()));
            }
            Thread.sleep(POLL);
        }
        throw new CliFailure("The stack was not ready within " + READY_LIMIT.toMinutes()
                + " min; `./orchestrator status` shows what is missing.");
    }

    /** Tells what happens to the components until somebody stops the stack. */
    public void watch() throws InterruptedException {
        while (stopper.supervisor().isPresent()) {
            StateFiles.status(layout).ifPresent(report::show);
            Thread.sleep(WATCH_EVERY);
        }
    }

    private void failOn(Optional<StackStatus> status) {
        for (ComponentStatus row : status.map(StackStatus::components).orElse(List.of())) {
            boolean stuck = row.state() == ComponentState.STARTING
                    && row.since() != null
                    && Duration.between(row.since(), Instant.now()).compareTo(STARTING_LIMIT) > 0;
            if (row.state() == ComponentState.FAILED || stuck) {
                String why =
                        stuck ? "runs but is not ready after " + STARTING_LIMIT.toMinutes() + " min" : row.message();
                Path log = layout.log(row.name());
                throw new CliFailure("%s failed: %s%n%s%nIts log is %s. After the repair, run ./orchestrator up again."
                        .formatted(row.name().title(), why, tail(log), log));
            }
        }
    }

    private static String tail(Path log) {
        return String.join("\n", new LogFile(log).quoted(TAIL_LINES));
    }
}
