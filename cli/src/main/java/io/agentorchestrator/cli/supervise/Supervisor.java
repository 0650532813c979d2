package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.LogFile;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Owns the processes of an embedded stack from start to stop. There is one per checkout at a time. */
public final class Supervisor {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(10);
    /** Once an hour. */
    private static final int ROUNDS_PER_DELETION = 360;

    /** Components that are stopped together, in this order: those that depend on others first. */
    static final List<Set<Component>> STOP_STAGES = List.of(
            Set.of(Component.SIMULATED_AGENT, Component.SOURCE_AGENT),
            Set.of(Component.API, Component.WORKER),
            Set.of(Component.POSTGRES, Component.REDIS, Component.TEMPORAL));

    private final StackLayout layout;
    private final List<SupervisedComponent> components;

    Supervisor(StackLayout layout, List<ComponentSpec> specs) {
        this.layout = layout;
        StatusBoard board = new StatusBoard(
                specs.stream().map(ComponentSpec::initialStatus).toList(), status -> StateFiles.write(layout, status));
        this.components = specs.stream()
                .map(spec -> new SupervisedComponent(spec, layout, board))
                .toList();
    }

    /** Runs the stack of a checkout until this process is asked to end. */
    public static void main(StackLayout layout) throws IOException, InterruptedException {
        StackSettings settings = StateFiles.settings(layout)
                .orElseThrow(() -> new CliFailure("There is no " + layout.settingsFile() + ": use `up`."));
        try (FileChannel channel =
                        FileChannel.open(layout.supervisorLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new CliFailure("Another supervisor owns " + layout.state() + ".");
            }
            Supervisor supervisor = new Supervisor(layout, StackDefinition.of(layout, settings));
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(supervisor::stop));
            ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow().write(layout.supervisorPidFile());
            supervisor.start();
            if (settings.tuned()) {
                Writeback.of(StackDefinition.postgres(layout, settings).tableFiles())
                        .ifPresent(writeback ->
                                Thread.ofPlatform().daemon().name("writeback").start(writeback));
            }
            supervisor.keepHouse();
        }
    }

    void start() {
        components.forEach(
                each -> Thread.ofVirtual().name(each.component().id()).start(each));
    }

    private void keepHouse() throws InterruptedException {
        OldFiles oldFiles = OldFiles.of(layout);
        RepeatedStep rotation = new RepeatedStep("Moving the supervisor's log aside");
        for (long round = 0; true; round++) {
            Thread.sleep(HOUSEKEEPING);
            boolean _ = rotation.attempt(new LogFile(layout.supervisorLog())::rotate);
            if (round % ROUNDS_PER_DELETION == 0) {
                oldFiles.delete(Instant.now());
            }
        }
    }

    /** Stops everything, stage by stage. */
    void stop() {
        try {
            for (Set<Component> stage : STOP_STAGES) {
                try (ExecutorService stops =
                        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
                    components.stream()
                            .filter(each -> stage.contains(each.component()))
                            .forEach(each -> stops.execute(() -> stopQuietly(each)));
                }
            }
            for (SupervisedComponent each : components) {
                Files.deleteIfExists(layout.pidFile(each.component()));
            }
            Files.deleteIfExists(layout.supervisorPidFile());
        } catch (IOException e) {
            LOG.warn("A pid file stays; the next start ignores it", e);
        }
    }

    private static void stopQuietly(SupervisedComponent component) {
        try {
            component.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.warn("{} could not be stopped", component.component().id(), e);
        }
    }
}
