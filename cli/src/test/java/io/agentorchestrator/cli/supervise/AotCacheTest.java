package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    @TempDir
    private Path jars;

    private AotCache cache;
    private Path output;

    @BeforeEach
    void names() {
        cache = AotCache.of(jars, "worker");
        output = Path.of(cache.file() + ".new");
    }

    @Test
    void isWrittenByAProcessThatHasNone() throws IOException {
        assertThat(cache.flag()).isEqualTo("-XX:AOTCacheOutput=" + output);
        assertThat(cache.isThere()).isFalse();
    }

    @Test
    void isUsedOnceComplete() throws IOException {
        Files.writeString(output, "of an earlier life");

        assertThat(cache.flag()).isEqualTo("-XX:AOTCache=" + cache.file());
        assertThat(cache.file()).hasContent("of an earlier life");
        assertThat(output).doesNotExist();
        assertThat(cache.flag()).as("from then on").isEqualTo("-XX:AOTCache=" + cache.file());
    }

    @Test
    void isWrittenAnewWhereItsProcessWasKilledMeanwhile() throws IOException {
        Path unfinished = Path.of(output + ".config");
        Files.writeString(output, "half of i");
        Files.writeString(unfinished, "what it is made from");

        assertThat(cache.flag()).isEqualTo("-XX:AOTCacheOutput=" + output);
        assertThat(output).doesNotExist();
        assertThat(unfinished).doesNotExist();
    }
}
