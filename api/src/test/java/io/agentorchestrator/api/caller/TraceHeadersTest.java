package io.agentorchestrator.api.caller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {
    private static final String VALID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void whatIsValidIsKept() {
        assertThat(TraceHeaders.of(VALID, "a=1,b=2")).isEqualTo(new TraceHeaders(VALID, "a=1,b=2"));
    }

    @Test
    void aStateIsDroppedIfItIsNotValidOrStandsAlone() {
        assertThat(TraceHeaders.of(VALID, "x".repeat(513)).tracestate()).isNull();
        assertThat(TraceHeaders.of(VALID, "ü").tracestate()).isNull();
        assertThat(TraceHeaders.of(null, "a=1").tracestate()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "x"
            })
    void whatIsNotValidIsIgnored(String traceparent) {
        assertThat(TraceHeaders.of(traceparent, null).traceparent()).isNull();
    }
}
