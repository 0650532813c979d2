package io.agentorchestrator.cli.command;

/** Shows why something was commanded. */
final class Reasons {
    private Reasons() {}

    /**
     * Says which reason is kept.
     *
     * @param given what the user gave; empty for none
     * @param kept of the command, as the API answered it: the first of its kind, where it was repeated
     */
    static void print(Invocation invocation, String given, String kept) {
        if (given.isBlank() || kept.isEmpty()) {
            return;
        }
        invocation
                .out()
                .println(
                        kept.equals(given)
                                ? "Reason: " + kept
                                : "That was commanded before, and the reason of then stays: " + kept);
    }
}
