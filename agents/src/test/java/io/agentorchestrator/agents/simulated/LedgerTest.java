package io.agentorchestrator.agents.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LedgerTest {
    @TempDir
    private Path directory;

    @Test
    void countsOverAllFiles() throws IOException {
        try (Ledger one = Ledger.open(directory);
                Ledger other = Ledger.open(directory)) {
            one.record("t1", "t1-1", 1, 1);
            other.record("t1", "t1-1", 1, 2);
            other.record("t1", "t1-2", 2, 3);
            one.record("t2", "t2-1", 1, 1);
        }

        LedgerReader.Counts counts = LedgerReader.read(directory);

        assertThat(counts.byTaskKey()).isEqualTo(Map.of("t1", 3, "t2", 1));
        assertThat(counts.byAttemptKey()).isEqualTo(Map.of("t1-1", 2, "t1-2", 1, "t2-1", 1));
        assertThat(counts.executions()).isEqualTo(4);
    }

    @Test
    void aFullFileIsFollowedByAnotherAndAllAreCounted() throws IOException {
        try (LedgerFile file = LedgerFile.open(directory, "executions", 100)) {
            for (int task = 0; task < 50; task++) {
                file.append("t" + task % 5, "t-1", 1, 1);
            }
        }

        assertThat(files()).hasSizeGreaterThan(4).allMatch(path -> path.toFile().length() <= 100);
        assertThat(LedgerReader.read(directory).byTaskKey())
                .isEqualTo(Map.of("t0", 10, "t1", 10, "t2", 10, "t3", 10, "t4", 10));
    }

    @Test
    void oneProcessKeepsABoundedNumberOfFiles() throws IOException {
        try (LedgerFile file = LedgerFile.open(directory, "executions", 1)) {
            for (int task = 0; task < 2 * LedgerFile.MAX_FILES; task++) {
                file.append("t" + task, "t-1", 1, 1);
            }
        }

        assertThat(files()).hasSize(LedgerFile.MAX_FILES);
        assertThat(LedgerReader.read(directory).byTaskKey())
                .containsKey("t" + (2 * LedgerFile.MAX_FILES - 1))
                .doesNotContainKey("t0");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void losesNothingWhenManyWriteAtOnce() throws IOException {
        try (Ledger ledger = Ledger.open(directory);
                ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int task = 0; task < 1_000; task++) {
                String key = "task-" + task;
                many.execute(() -> ledger.record(key, key, 1, 1));
            }
        }

        assertThat(LedgerReader.read(directory).byTaskKey()).hasSize(1_000).containsEntry("task-999", 1);
    }

    @Test
    void survivesTheDeathOfItsProcess() throws IOException, InterruptedException {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Dying.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(writer.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            writer.destroyForcibly();
        }

        assertThat(LedgerReader.read(directory).executions()).isEqualTo(3);
    }

    @Test
    void leavesOutALineThatWasNotFinished() throws IOException {
        Files.writeString(directory.resolve("executions-1.ledger"), "t1\tt1-1\t1\t1\nt2\tt2-");

        assertThat(LedgerReader.read(directory).byTaskKey()).isEqualTo(Map.of("t1", 1));
    }

    @Test
    void keepsOneLineForEachExecutionWhateverTheKey() throws IOException {
        try (Ledger ledger = Ledger.open(directory)) {
            ledger.record("a\tb\nc", "k".repeat(1_000), 1, 1);
        }

        assertThat(LedgerReader.read(directory).byTaskKey()).isEqualTo(Map.of("a?b?c", 1));
    }

    @Test
    void aMissingDirectoryIsAnEmptyLedger() throws IOException {
        assertThat(LedgerReader.read(directory.resolve("missing")).executions()).isZero();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.toList()).isEqualTo(List.of());
        }
    }

    /** Writes and is gone at once, as after SIGKILL. */
    static final class Dying {
        private Dying() {}

        public static void main(String[] arguments) throws IOException {
            Ledger ledger = Ledger.open(Path.of(arguments[0]));
            for (int execution = 1; execution <= 3; execution++) {
                ledger.record("t", "t-1", 1, execution);
            }
            Runtime.getRuntime().halt(137);
        }
    }
}
