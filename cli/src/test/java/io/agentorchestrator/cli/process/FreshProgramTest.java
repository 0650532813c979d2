package io.agentorchestrator.cli.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class FreshProgramTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void aProgramThatIsStillOpenForWritingStartsOnceItIsNot(@TempDir Path directory) throws Exception {
        Path program = Files.copy(
                Path.of("/bin/true").toRealPath(), directory.resolve("fresh"), StandardCopyOption.COPY_ATTRIBUTES);
        FileChannel writer = FileChannel.open(program, StandardOpenOption.WRITE);
        assertThatThrownBy(() -> new ProcessBuilder(program.toString()).start()).hasMessageContaining("Text file busy");
        CompletableFuture<Void> written = CompletableFuture.runAsync(
                () -> close(writer), CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS));

        Process process = FreshProgram.start(new ProcessBuilder(program.toString()));

        assertThat(process.waitFor()).isZero();
        written.join();
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
