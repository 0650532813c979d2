package io.agentorchestrator.cli.process;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static void check(String line, Charset charset, String encoding) {
        Arguments.check(line.getBytes(charset), encoding, 2);
    }

    @Test
    void whatAJvmUnderstandsPasses() {
        assertThatCode(() -> {
                    check("java\0submit\0übung.yaml\0", StandardCharsets.UTF_8, "UTF-8");
                    check("java\0submit\0plain.yaml\0", StandardCharsets.UTF_8, "ANSI_X3.4-1968");
                    check("jävä\0submit\0plain.yaml\0", StandardCharsets.UTF_8, "ANSI_X3.4-1968");
                    check("", StandardCharsets.UTF_8, "");
                })
                .doesNotThrowAnyException();
    }

    @Test
    void whatItWouldReplaceIsRefused() {
        assertThatThrownBy(() -> check("java\0submit\0übung.yaml\0", StandardCharsets.UTF_8, "ANSI_X3.4-1968"))
                .hasMessageContaining("ANSI_X3.4-1968")
                .hasMessageContaining("C.UTF-8");
        assertThatThrownBy(() -> check("java\0submit\0übung.yaml\0", StandardCharsets.ISO_8859_1, "UTF-8"))
                .hasMessageContaining("is not UTF-8");
    }
}
