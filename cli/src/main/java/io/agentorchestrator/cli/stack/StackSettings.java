package io.agentorchestrator.cli.stack;

import io.agentorchestrator.cli.failure.UsageFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings that an embedded stack was started with; {@code stack.json} keeps them.
 *
 * @param temporalAddress the Temporal frontend that somebody else runs, or null when the stack runs its own
 * @param temporalNamespace the Temporal namespace of all workflows
 * @param temporalUiUrl the Web UI of somebody else's Temporal, where known
 * @param tuned whether it is run for load on a small machine
 */
public record StackSettings(
        Ports ports,
        @Nullable String temporalAddress,
        String temporalNamespace,
        @Nullable String temporalUiUrl,
        boolean tuned) {
    private static final String DEFAULT_NAMESPACE = "default";

    /**
     * Settings with these ports and what the environment says about Temporal.
     *
     * @throws UsageFailure if two take the same port
     */
    public static StackSettings of(Ports ports, Map<String, String> environment, boolean tuned) {
        String namespace = value(environment, "TEMPORAL_NAMESPACE");
        StackSettings settings = new StackSettings(
                ports,
                value(environment, "TEMPORAL_ADDRESS"),
                namespace == null ? DEFAULT_NAMESPACE : namespace,
                value(environment, "ORCHESTRATOR_TEMPORAL_UI_URL"),
                tuned);
        Map<Integer, Ports.Assignment> taken = new HashMap<>();
        for (Ports.Assignment each : ports.assignments(settings.runsTemporal())) {
            Ports.Assignment other = taken.put(each.port(), each);
            if (other != null) {
                throw new UsageFailure("%s and %s cannot both take port %d: give another with %s or %s."
                        .formatted(other.use(), each.use(), each.port(), other.option(), each.option()));
            }
        }
        return settings;
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** The command that starts such a stack again, from the checkout. */
    public String upCommand() {
        List<String> words = new ArrayList<>();
        if (temporalAddress != null) {
            words.add("TEMPORAL_ADDRESS=" + quoted(temporalAddress));
        }
        if (!temporalNamespace.equals(DEFAULT_NAMESPACE)) {
            words.add("TEMPORAL_NAMESPACE=" + quoted(temporalNamespace));
        }
        if (temporalUiUrl != null) {
            words.add("ORCHESTRATOR_TEMPORAL_UI_URL=" + quoted(temporalUiUrl));
        }
        words.add("./orchestrator up --detach" + (tuned ? " --tuned" : ""));
        List<Ports.Assignment> usual = Ports.DEFAULT.assignments(true);
        ports.assignments(true).stream()
                .filter(each -> !usual.contains(each))
                .forEach(each -> words.add(each.option() + " " + each.port()));
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9._:/-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** Tells whether the stack runs a Temporal server of its own. */
    public boolean runsTemporal() {
        return temporalAddress == null;
    }

    /** Where Temporal's frontend answers. */
    public String temporalTarget() {
        return temporalAddress == null ? "127.0.0.1:" + ports.temporal() : temporalAddress;
    }

    /** Where Temporal's Web UI answers, or null when nobody said so. */
    public @Nullable String temporalUi() {
        return temporalAddress == null ? ports.temporalUiUrl() : temporalUiUrl;
    }
}
