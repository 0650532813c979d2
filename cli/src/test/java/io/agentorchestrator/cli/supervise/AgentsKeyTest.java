package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.stack.StackLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class AgentsKeyTest {
    @TempDir
    private Path home;

    @RepeatedTest(20)
    void allWhoStartAtOnceHaveTheSameKey() throws Exception {
        StackLayout layout = StackLayout.of(home);
        Files.createDirectories(layout.data());
        Callable<String> start = () -> AgentsKey.of(layout);

        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            assertThat(threads.invokeAll(Collections.nCopies(8, start)))
                    .extracting(Future::resultNow)
                    .allMatch(key -> key.length() == 64)
                    .containsOnly(AgentsKey.of(layout));
        }
        try (Stream<Path> files = Files.list(layout.data())) {
            assertThat(files).containsExactly(layout.data().resolve("agents.key"));
        }
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(layout.data().resolve("agents.key"))))
                .isEqualTo("rw-------");
    }
}
