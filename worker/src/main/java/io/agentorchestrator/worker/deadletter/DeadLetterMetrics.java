package io.agentorchestrator.worker.deadletter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts of what this worker did for the stream of dead letters. */
record DeadLetterMetrics(Counter delivered, Counter errors, Counter rebuilds) {
    static DeadLetterMetrics in(MeterRegistry registry) {
        return new DeadLetterMetrics(
                Counter.builder("dead_letter_deliveries")
                        .description("Dead letters written to the stream in Redis")
                        .register(registry),
                Counter.builder("dead_letter_delivery_errors")
                        .description("Tries to write to the stream that Redis did not answer, or refused")
                        .register(registry),
                Counter.builder("dead_letter_stream_rebuilds")
                        .description("Times the stream was written anew")
                        .register(registry));
    }
}
