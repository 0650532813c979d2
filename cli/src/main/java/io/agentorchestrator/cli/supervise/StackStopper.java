package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.StopSignal;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Stops an embedded stack, whole or half-dead. */
public record StackStopper(StackLayout layout) {
    private static final Duration SUPERVISOR_LIMIT = Duration.ofMinutes(4);
    private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(20);

    /** The supervisor, if it lives. */
    public Optional<ProcessIdentity> supervisor() {
        return ProcessIdentity.readLiving(layout.supervisorPidFile());
    }

    /**
     * Stops the supervisor, which stops its components, and then whatever is left.
     *
     * @return whether anything was running
     */
    public boolean stop(Consumer<String> progress) throws IOException, InterruptedException {
        Optional<ProcessIdentity> supervisor = supervisor();
        if (supervisor.isPresent()) {
            progress.accept("Stopping the stack …");
            StopReport report = new StopReport(() -> StateFiles.status(layout), progress, System::nanoTime);
            boolean ended = StopSignal.TERM.stop(supervisor.get(), SUPERVISOR_LIMIT, report::tick);
            report.tick();
            if (!ended) {
                progress.accept(
                        "The supervisor did not end within " + SUPERVISOR_LIMIT.toMinutes() + " min and was killed.");
            }
        }
        boolean orphans = stopOrphans(progress);
        Files.deleteIfExists(layout.supervisorPidFile());
        return supervisor.isPresent() || orphans;
    }

    /** Stops components that outlived their supervisor, and forgets stale pid files. */
    boolean stopOrphans(Consumer<String> progress) throws IOException, InterruptedException {
        boolean any = false;
        for (Component component : List.of(Component.values()).reversed()) {
            Optional<ProcessIdentity> orphan = ProcessIdentity.readLiving(layout.pidFile(component));
            if (orphan.isPresent()) {
                any = true;
                progress.accept("Stopping " + component.title() + " (pid "
                        + orphan.get().pid() + "), which outlived its supervisor …");
                StopSignal.of(component).stop(orphan.get(), ORPHAN_LIMIT);
            }
            Files.deleteIfExists(layout.pidFile(component));
        }
        return any;
    }
}
