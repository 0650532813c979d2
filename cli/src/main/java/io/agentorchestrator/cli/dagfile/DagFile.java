package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads a DAG file, YAML or JSON, into the JSON that the API takes. What the DAG means is the API's business. */
public final class DagFile {
    /** A larger file cannot be a DAG that the API takes. */
    public static final int MAX_BYTES = 64 << 20;

    private static final int MAX_ALIASES = 50;
    private static final JsonMapper JSON = new JsonMapper();

    private DagFile() {}

    /** Reads a file. */
    public static ObjectNode read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CliFailure(file + " is no file: give the path of a DAG file (YAML or JSON).");
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CliFailure(
                        file + " is larger than " + (MAX_BYTES >> 20) + " MiB, the most a DAG file may be.");
            }
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new CliFailure(file + " cannot be read as UTF-8 text: " + CliFailure.reason(e), e);
        }
    }

    /** Parses a file's text; the name is for messages. */
    static ObjectNode parse(String text, String name) {
        JsonNode node;
        try {
            boolean json = name.toLowerCase(Locale.ROOT).endsWith(".json")
                    || text.stripLeading().startsWith("{");
            node = json ? JSON.readTree(text) : JSON.valueToTree(withTextKeys(yaml(text, name), name));
        } catch (JacksonException e) {
            throw new CliFailure(name + " is no valid JSON: " + e.getOriginalMessage() + location(e), e);
        } catch (YamlEngineException e) {
            throw new CliFailure(name + " is no valid YAML: " + e.getMessage(), e);
        }
        if (node instanceof ObjectNode dag) {
            return dag;
        }
        throw new CliFailure(name + " holds no DAG: its top level must be a mapping with `tasks`.");
    }

    private static String location(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    private static @Nullable Object yaml(String text, String name) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setAllowDuplicateKeys(false)
                .setAllowRecursiveKeys(false)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(MAX_BYTES)
                .build();
        return new Load(settings).loadFromString(text);
    }

    /** JSON's keys are text; a YAML key such as 1 or true would change its meaning silently. */
    private static @Nullable Object withTextKeys(@Nullable Object value, String name) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, each) -> {
                    if (!(key instanceof String text)) {
                        throw new CliFailure(name + " has the key `" + key + "`, which is no text: quote it.");
                    }
                    copy.put(text, withTextKeys(each, name));
                });
                yield copy;
            }
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(each -> copy.add(withTextKeys(each, name)));
                yield copy;
            }
            case null -> null;
            default -> value;
        };
    }
}
