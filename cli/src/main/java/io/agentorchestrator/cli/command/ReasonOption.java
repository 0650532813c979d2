package io.agentorchestrator.cli.command;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that says why something is commanded. */
final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Kept with the command, for those who ask later.")
    private String reason = "";

    /** The field of a command's body that has it, if there is one. */
    Map<String, Object> field() {
        return reason.isBlank() ? Map.of() : Map.of("reason", reason);
    }

    /**
     * Says which reason is kept, if one was given.
     *
     * @param kept of the command, as the API answered it: the first of its kind, where it was repeated
     */
    Optional<String> kept(String kept) {
        if (reason.isBlank() || kept.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                kept.equals(reason)
                        ? "Reason: " + kept
                        : "That was commanded before, and the reason of then stays: " + kept);
    }
}
