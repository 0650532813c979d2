package io.agentorchestrator.agents.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LedgerEffectsTest {
    private static final int KEYS = 300;

    @TempDir
    private Path directory;

    @Test
    void happensOnceAndAlsoNotAgainAfterARestart() throws IOException {
        try (Ledger ledger = Ledger.open(directory)) {
            assertThat(execute(ledger, "t1")).isTrue();
            assertThat(execute(ledger, "t1")).isFalse();
            assertThat(execute(ledger, "t2")).isTrue();
        }
        try (Ledger restarted = Ledger.open(directory)) {
            assertThat(execute(restarted, "t1")).isFalse();
        }

        LedgerReader.Counts counts = LedgerReader.read(directory);
        assertThat(counts.effectsByTaskKey()).isEqualTo(Map.of("t1", 1, "t2", 1));
        assertThat(counts.byTaskKey()).as("executions").isEqualTo(Map.of("t1", 3, "t2", 1));
        assertThat(counts.executions()).isEqualTo(4);
    }

    @Test
    void happensOnceWhenManyTryAtOnce() throws IOException {
        AtomicInteger done = new AtomicInteger();
        try (Ledger one = Ledger.open(directory);
                Ledger other = Ledger.open(directory);
                ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int execution = 0; execution < 4 * KEYS; execution++) {
                String key = "task-" + execution % KEYS;
                Ledger ledger = execution % 2 == execution / KEYS % 2 ? one : other;
                many.execute(() -> done.addAndGet(execute(ledger, key) ? 1 : 0));
            }
        }

        assertThat(done).hasValue(KEYS);
        assertThat(LedgerReader.read(directory).effectsByTaskKey()).isEqualTo(onceEach());
    }

    @Test
    void happensOnceOverProcessesThatAreKilled() throws Exception {
        List<Process> agents = new ArrayList<>();
        try {
            for (int agent = 0; agent < 3; agent++) {
                agents.add(start(Dying.class, directory.toString()));
            }
            for (Process agent : agents) {
                assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(agent.exitValue()).isEqualTo(SimulatedHandler.CRASH_EXIT_CODE);
            }
        } finally {
            agents.forEach(Process::destroyForcibly);
        }

        try (Ledger survivor = Ledger.open(directory)) {
            for (int key = 0; key < KEYS; key++) {
                execute(survivor, "task-" + key);
            }
        }
        assertThat(LedgerReader.read(directory).effectsByTaskKey()).isEqualTo(onceEach());
    }

    @Test
    void countsAnEffectWhoseProcessWasKilledBeforeItWroteTheLineAndDoesNotRepeatIt() throws IOException {
        Path file = Ledger.effect(directory, "t1");
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        try (Ledger ledger = Ledger.open(directory)) {
            assertThat(execute(ledger, "t1")).isFalse();
        }

        assertThat(LedgerReader.read(directory).effectsByTaskKey()).isEqualTo(Map.of("t1", 1));
    }

    @Test
    void showsADoubleEffect() throws IOException {
        try (Ledger ledger = Ledger.open(directory)) {
            execute(ledger, "t1");
            Files.delete(Ledger.effect(directory, "t1"));
            execute(ledger, "t1");
        }

        assertThat(LedgerReader.read(directory).effectsByTaskKey()).isEqualTo(Map.of("t1", 2));
    }

    @Test
    void happensWhateverTheKeyAndOnAThreadThatIsInterrupted() throws IOException {
        String longKey = "k".repeat(1_000);
        try (Ledger ledger = Ledger.open(directory)) {
            Thread.currentThread().interrupt();
            assertThat(execute(ledger, "../../a\tb/*")).isTrue();
            assertThat(execute(ledger, longKey)).isTrue();
            assertThat(execute(ledger, longKey)).isFalse();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(LedgerReader.read(directory).effectsByTaskKey())
                .isEqualTo(Map.of("../../a?b/*", 1, "k".repeat(300), 1));
    }

    private static boolean execute(Ledger ledger, String key) {
        ledger.record(key, key + "-1", 1, 1);
        return ledger.effect(key, key + "-1", 1, 1);
    }

    private static Map<String, Integer> onceEach() {
        Map<String, Integer> expected = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            expected.put("task-" + key, 1);
        }
        return expected;
    }

    private static Process start(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Has effects on many threads and is gone in the middle of them, as after SIGKILL. */
    static final class Dying {
        private Dying() {}

        public static void main(String[] arguments) throws IOException {
            AtomicInteger done = new AtomicInteger();
            try (Ledger ledger = Ledger.open(Path.of(arguments[0]));
                    ExecutorService many = Executors.newFixedThreadPool(8)) {
                for (int execution = 0; execution < KEYS; execution++) {
                    String key = "task-" + execution;
                    many.execute(() -> {
                        execute(ledger, key);
                        if (done.incrementAndGet() == KEYS * 2 / 3) {
                            Runtime.getRuntime().halt(SimulatedHandler.CRASH_EXIT_CODE);
                        }
                    });
                }
            }
        }
    }
}
