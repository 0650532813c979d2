package io.agentorchestrator.workflows.selector;

import io.agentorchestrator.workflows.json.ExactJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agents that a task may go to, and those that it should rather go to. Immutable.
 *
 * @param required conditions that an agent has to meet
 * @param preferred conditions by which agents are ranked that meet the others and have room
 */
public record TaskSelector(Selector required, Selector preferred) {
    /** Any agent will do. */
    public static final TaskSelector ANY = new TaskSelector(Selector.NONE, Selector.NONE);

    /** The key of tasks that set no required conditions. */
    public static final String NO_KEY = "";

    /** The beginning of every other key, which no other holder of tasks ({@code task_state.held_by}) has. */
    public static final String KEY_PREFIX = "selector:";

    private static final int KEY_BYTES = 12;

    /**
     * Reads what {@link #json} wrote, however its fields are ordered; null is {@link #ANY}.
     *
     * @throws IllegalArgumentException if it has a version that is none
     */
    public static TaskSelector parse(@Nullable String json) {
        if (json == null) {
            return ANY;
        }
        JsonNode tree = ExactJson.parse(json);
        return new TaskSelector(conditions(tree), conditions(tree.path("preferred")));
    }

    /** Tells whether any agent will do as well as any other. */
    public boolean isAny() {
        return required.isEmpty() && preferred.isEmpty();
    }

    /** The canonical form, as the task's field has it: names in order, nothing that says nothing. */
    public String json() {
        ObjectNode tree = tree(required);
        if (!preferred.isEmpty()) {
            tree.set("preferred", tree(preferred));
        }
        return ExactJson.write(tree);
    }

    /**
     * A short name for the tasks of this type that have the same required conditions: a SHA-256 of both, cut to {@value #KEY_BYTES} bytes.
     * {@value #NO_KEY} where there are no conditions.
     */
    public String key(String taskType) {
        if (required.isEmpty()) {
            return NO_KEY;
        }
        byte[] text = (taskType + "\n" + ExactJson.write(tree(required))).getBytes(StandardCharsets.UTF_8);
        return KEY_PREFIX + HexFormat.of().formatHex(sha256(text), 0, KEY_BYTES);
    }

    private static Selector conditions(JsonNode tree) {
        if (!tree.isObject()) {
            return Selector.NONE;
        }
        SortedMap<String, String> labels = new TreeMap<>();
        tree.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
        String version = text(tree, "version");
        return new Selector(text(tree, "region"), version == null ? null : VersionRange.parse(version), labels);
    }

    private static @Nullable String text(JsonNode tree, String name) {
        return tree.hasNonNull(name) ? tree.path(name).asString() : null;
    }

    private static ObjectNode tree(Selector selector) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        if (!selector.labels().isEmpty()) {
            ObjectNode labels = tree.putObject("labels");
            selector.labels().forEach(labels::put);
        }
        if (selector.region() != null) {
            tree.put("region", selector.region());
        }
        if (selector.version() != null) {
            tree.put("version", selector.version().toString());
        }
        return tree;
    }

    private static byte[] sha256(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
