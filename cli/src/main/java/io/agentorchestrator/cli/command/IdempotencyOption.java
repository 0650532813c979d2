package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.failure.UsageFailure;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that makes a submission safe to repeat. */
final class IdempotencyOption {
    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "The same file with the same key is submitted once, however often you send it.")
    private @Nullable String key;

    /** The header that says so; the API refuses keys that it does not take. */
    Map<String, String> headers() {
        if (key == null) {
            return Map.of();
        }
        if (!key.matches("[\\x21-\\x7e]+")) {
            throw new UsageFailure("An idempotency key is visible ASCII characters, not `" + key + "`.");
        }
        return Map.of("Idempotency-Key", key);
    }
}
