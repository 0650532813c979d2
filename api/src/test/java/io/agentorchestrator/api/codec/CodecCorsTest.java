package io.agentorchestrator.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class CodecCorsTest {

    @Test
    void aUiElsewhereHasOneOrigin() {
        assertThat(CodecCors.origins(URI.create("https://temporal.example.com/ui")))
                .containsExactly("https://temporal.example.com");
        assertThat(CodecCors.origins(URI.create("https://Temporal.example.com:443")))
                .containsExactly("https://temporal.example.com");
        assertThat(CodecCors.origins(URI.create("http://temporal.example.com:8080")))
                .containsExactly("http://temporal.example.com:8080");
    }

    @Test
    void aUiOnThisMachineGoesByAllItsNames() {
        assertThat(CodecCors.origins(URI.create("http://127.0.0.1:8233")))
                .containsExactly("http://127.0.0.1:8233", "http://localhost:8233", "http://[::1]:8233");
    }
}
