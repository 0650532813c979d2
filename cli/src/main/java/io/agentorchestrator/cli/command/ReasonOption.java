package io.agentorchestrator.cli.command;

import java.util.Optional;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The option that says why something is commanded. */
final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Kept with the command, for those who ask later.")
    private String reason = "";

    /** Adds the reason to the body of a command, if there is one. */
    ObjectNode addTo(ObjectNode body) {
        return reason.isBlank() ? body : body.put("reason", reason);
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
