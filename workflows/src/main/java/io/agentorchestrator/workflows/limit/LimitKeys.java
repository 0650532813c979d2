package io.agentorchestrator.workflows.limit;

import io.agentorchestrator.workflows.template.MissingReferenceException;
import io.agentorchestrator.workflows.template.PayloadTooLargeException;
import io.agentorchestrator.workflows.template.Templates;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds the keys under which limits count a task.
 *
 * @param keys in the order of the limits' names: one of each limit at most, so that there are no more than {@link CapacityLimit#MAX_LIMITS}
 * @param unknown the limits whose key only a result of another task will tell, by name: they do not count the task
 */
public record LimitKeys(List<String> keys, List<String> unknown) {
    /** Of a task that no limit counts. */
    public static final LimitKeys NONE = new LimitKeys(List.of(), List.of());

    private static final int HASH_BYTES = 8;
    /** Characters that do not stand in keys. */
    private static final Pattern CONTROLS = Pattern.compile("[\\x00-\\x1f]");

    public LimitKeys {
        keys = List.copyOf(keys);
        unknown = List.copyOf(unknown);
    }

    /** The keys of a task; texts, numbers and booleans in a payload are values, everything else is none. */
    public static LimitKeys of(List<CapacityLimit> limits, Source task) {
        List<String> keys = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (CapacityLimit limit : limits) {
            try {
                String value = task.value(limit.by());
                if (value != null && (limit.value() == null || limit.value().equals(value))) {
                    keys.add(limit.key(shortened(CONTROLS.matcher(value).replaceAll("\ufffd"))));
                }
            } catch (MissingReferenceException | PayloadTooLargeException _) {
                unknown.add(limit.name());
            }
        }
        return keys.isEmpty() && unknown.isEmpty() ? NONE : new LimitKeys(keys, unknown);
    }

    private static String shortened(String value) {
        if (value.length() <= CapacityLimit.MAX_VALUE_LENGTH) {
            return value;
        }
        String hash = hash(value);
        int kept = CapacityLimit.MAX_VALUE_LENGTH - hash.length() - 1;
        kept -= Character.isHighSurrogate(value.charAt(kept - 1)) ? 1 : 0;
        return value.substring(0, kept) + "#" + hash;
    }

    private static String hash(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * A task, as far as limits look at it.
     *
     * @param payload the value of a field of the payload, by name; null where there is none
     * @param hasTemplates whether the payload's templates are replaced before an agent gets it
     * @param inputs of its DAG: an object
     */
    public record Source(
            String taskType,
            Function<String, @Nullable String> labels,
            Function<String, @Nullable JsonNode> payload,
            boolean hasTemplates,
            JsonNode inputs) {
        @Nullable String value(LimitBy by) throws MissingReferenceException, PayloadTooLargeException {
            return switch (by) {
                case LimitBy.TaskType _ -> taskType;
                case LimitBy.Label(String name) -> labels.apply(name);
                case LimitBy.PayloadPath(List<String> steps) -> text(at(steps));
            };
        }

        private @Nullable JsonNode at(List<String> steps) throws MissingReferenceException, PayloadTooLargeException {
            JsonNode value = replaced(payload.apply(steps.getFirst()));
            for (String step : steps.subList(1, steps.size())) {
                value = value == null ? null : replaced(step(value, step));
            }
            return value;
        }

        private static @Nullable JsonNode step(JsonNode value, String step) {
            if (value.isArray()) {
                return step.matches("[0-9]{1,9}") ? value.get(Integer.parseInt(step)) : null;
            }
            return value.isObject() ? value.get(step) : null;
        }

        private @Nullable JsonNode replaced(@Nullable JsonNode value)
                throws MissingReferenceException, PayloadTooLargeException {
            return value != null && hasTemplates && value.isString()
                    ? Templates.resolve(value, inputs, Map.of())
                    : value;
        }

        private static @Nullable String text(@Nullable JsonNode value) {
            if (value == null || value.isContainer() || value.isNull()) {
                return null;
            }
            return value.isString() ? value.stringValue() : value.toString();
        }
    }
}
