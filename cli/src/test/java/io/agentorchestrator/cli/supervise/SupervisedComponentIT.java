package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.cli.process.LogFile;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedComponentIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SLEEP = "exec sleep 60";

    @TempDir
    private Path directory;

    private StackLayout layout;
    private Supervisor supervisor;

    @BeforeEach
    void layout() throws IOException {
        layout = StackLayout.of(directory);
        Files.createDirectories(layout.pids());
    }

    @AfterEach
    void stop() {
        if (supervisor != null) {
            supervisor.stop();
        }
    }

    private ComponentSpec spec(Component component, Set<Component> after, String script) {
        return new ComponentSpec(
                component,
                after,
                progress -> new Program(List.of("sh", "-c", script), Map.of(), directory),
                (pid, since) -> Health.READY,
                Duration.ofSeconds(5),
                null,
                null);
    }

    private void start(ComponentSpec... specs) {
        supervisor = new Supervisor(layout, List.of(specs));
        supervisor.start();
    }

    private ComponentStatus row(Component component) {
        return StateFiles.status(layout).orElseThrow().components().stream()
                .filter(each -> each.name() == component)
                .findFirst()
                .orElseThrow();
    }

    private void awaitState(Component component, ComponentState state) {
        await().atMost(SOON).until(() -> row(component).state() == state);
    }

    @Test
    void aKilledProcessIsStartedAgain() {
        start(spec(Component.REDIS, Set.of(), SLEEP));
        awaitState(Component.REDIS, ComponentState.UP);
        long first = row(Component.REDIS).pid();

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        await().atMost(SOON).until(() -> row(Component.REDIS).restarts() == 1);
        awaitState(Component.REDIS, ComponentState.UP);
        assertThat(row(Component.REDIS).pid()).isNotEqualTo(first);
        assertThat(ProcessIdentity.readLiving(layout.pidFile(Component.REDIS)))
                .map(ProcessIdentity::pid)
                .contains(row(Component.REDIS).pid());
    }

    /** A folder where a file is to be makes every write of it fail, as a full disk does, until it is gone. */
    @Test
    void whatCannotBeWrittenGivesNothingUp() throws IOException {
        start(spec(Component.REDIS, Set.of(), SLEEP));
        awaitState(Component.REDIS, ComponentState.UP);
        long first = row(Component.REDIS).pid();
        List<Path> obstacles = List.of(
                next(layout.statusFile()),
                next(layout.pidFile(Component.REDIS)),
                layout.log(Component.REDIS).resolveSibling("redis.log.1").resolve("full"));
        for (Path obstacle : obstacles) {
            Files.createDirectories(obstacle);
        }
        Files.write(layout.log(Component.REDIS), new byte[(int) LogFile.MAX_BYTES + 1]);

        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        await().atMost(SOON)
                .until(() -> ProcessHandle.current()
                        .children()
                        .anyMatch(child -> child.pid() != first
                                && child.info().command().orElse("").endsWith("sleep")));
        for (Path obstacle : obstacles) {
            Files.delete(obstacle);
            Files.deleteIfExists(obstacle.getParent());
        }

        await().atMost(SOON).until(() -> row(Component.REDIS).restarts() == 1);
        awaitState(Component.REDIS, ComponentState.UP);
        await().atMost(SOON)
                .until(() -> ProcessIdentity.readLiving(layout.pidFile(Component.REDIS))
                        .map(ProcessIdentity::pid)
                        .equals(Optional.of(row(Component.REDIS).pid())));
    }

    private static Path next(Path file) {
        return file.resolveSibling(file.getFileName() + ".next").resolve("full");
    }

    @Test
    void whatRanIsStartedAgainOnceItCanBePrepared() {
        AtomicReference<String> problem = new AtomicReference<>("");
        start(new ComponentSpec(
                Component.REDIS,
                Set.of(),
                progress -> {
                    if (!problem.get().isEmpty()) {
                        throw new IOException(problem.get());
                    }
                    return new Program(List.of("sh", "-c", SLEEP), Map.of(), directory);
                },
                (pid, since) -> Health.READY,
                Duration.ofSeconds(5),
                null,
                null));
        awaitState(Component.REDIS, ComponentState.UP);

        problem.set("No space left on device");
        ProcessHandle.of(row(Component.REDIS).pid()).orElseThrow().destroyForcibly();
        await().atMost(SOON)
                .until(() -> problem.get().equals(row(Component.REDIS).message()));
        problem.set("");

        awaitState(Component.REDIS, ComponentState.UP);
    }

    @Test
    void aProcessThatKeepsDyingIsGivenUpWithItsLogKept() {
        start(spec(Component.API, Set.of(), "echo no luck; exit 3"));

        awaitState(Component.API, ComponentState.FAILED);

        assertThat(row(Component.API).message())
                .contains("ended 5 times in a row")
                .contains("exit code 3");
        assertThat(layout.log(Component.API)).content().contains("no luck");
    }

    @Test
    void aComponentWaitsForThoseItNeeds() {
        CountDownLatch ready = new CountDownLatch(1);
        ComponentSpec postgres = new ComponentSpec(
                Component.POSTGRES,
                Set.of(),
                progress -> new Program(List.of("sh", "-c", SLEEP), Map.of(), directory),
                (pid, since) -> Health.answering(ready.getCount() == 0, pid),
                Duration.ofSeconds(5),
                null,
                null);
        start(postgres, spec(Component.API, Set.of(Component.POSTGRES), SLEEP));
        awaitState(Component.POSTGRES, ComponentState.STARTING);

        assertThat(row(Component.API).state()).isEqualTo(ComponentState.WAITING);
        ready.countDown();

        awaitState(Component.API, ComponentState.UP);
    }

    @Test
    void aComponentOfWhichNobodyCanTellStaysAsItWas() {
        AtomicReference<Health> found = new AtomicReference<>(Health.READY);
        start(new ComponentSpec(
                Component.SIMULATED_AGENT,
                Set.of(),
                progress -> new Program(List.of("sh", "-c", SLEEP), Map.of(), directory),
                (pid, since) -> found.get(),
                Duration.ofSeconds(5),
                null,
                null));
        awaitState(Component.SIMULATED_AGENT, ComponentState.UP);

        found.set(Health.unknown("the API does not answer"));
        await().atMost(SOON).until(() -> row(Component.SIMULATED_AGENT).message() != null);

        assertThat(row(Component.SIMULATED_AGENT))
                .returns(ComponentState.UP, ComponentStatus::state)
                .returns("the API does not answer", ComponentStatus::message);
    }

    @Test
    void aPreparationThatFailsSaysWhy() {
        start(new ComponentSpec(
                Component.TEMPORAL,
                Set.of(),
                progress -> {
                    throw new IOException("no server to be had");
                },
                (pid, since) -> Health.READY,
                Duration.ofSeconds(5),
                null,
                null));

        awaitState(Component.TEMPORAL, ComponentState.FAILED);

        assertThat(row(Component.TEMPORAL).message()).isEqualTo("no server to be had");
    }

    @Test
    void stoppingEndsEveryProcessAndForgetsIt() {
        start(spec(Component.REDIS, Set.of(), SLEEP), spec(Component.API, Set.of(), SLEEP));
        awaitState(Component.REDIS, ComponentState.UP);
        awaitState(Component.API, ComponentState.UP);
        long pid = row(Component.API).pid();

        supervisor.stop();

        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(row(Component.API).state()).isEqualTo(ComponentState.STOPPED);
        assertThat(layout.pids()).isEmptyDirectory();
    }

    @Test
    void componentsThatOutlivedTheirSupervisorAreSeenAndStopped() throws Exception {
        StateFiles.write(layout, new StackSettings(Ports.DEFAULT, null, "default", null, false));
        Process orphan = new ProcessBuilder("sleep", "60").start();
        try {
            ProcessIdentity.of(orphan.pid()).orElseThrow().write(layout.pidFile(Component.WORKER));

            assertThat(StackView.of(layout).components())
                    .filteredOn(each -> each.name() == Component.WORKER)
                    .extracting(ComponentStatus::state)
                    .containsExactly(ComponentState.ORPHANED);
            assertThat(new StackStopper(layout).stop(line -> {})).isTrue();
            assertThat(orphan.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(new StackStopper(layout).stop(line -> {})).isFalse();
        } finally {
            orphan.destroyForcibly().waitFor();
        }
    }
}
