package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.failure.CliFailure;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The values that {@code --input name=value} gives to a DAG's declared inputs. */
public final class Inputs {
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final JsonMapper JSON = new JsonMapper();

    private final Path directory;

    /** @param directory what relative paths among the values are relative to */
    public Inputs(Path directory) {
        this.directory = directory;
    }

    /** Puts the values over the DAG's own; a name that the DAG does not declare is refused. */
    public void apply(ObjectNode dag, Map<String, String> values) {
        if (values.isEmpty()) {
            return;
        }
        if (!(dag.path("inputs") instanceof ObjectNode inputs)) {
            throw new CliFailure("This DAG file declares no inputs, so it takes no --input: add `inputs:` to it.");
        }
        values.forEach((name, text) -> {
            if (!inputs.has(name)) {
                List<String> known = List.copyOf(inputs.propertyNames());
                throw new CliFailure(
                        "This DAG file declares no input `" + name + "`; it takes " + String.join(", ", known) + ".");
            }
            inputs.set(name, parse(text));
        });
    }

    /** A JSON scalar, object or array where the text is one; an existing relative path made absolute; else the text. */
    JsonNode parse(String text) {
        boolean json = text.equals("true")
                || text.equals("false")
                || text.equals("null")
                || NUMBER.matcher(text).matches()
                || text.startsWith("{")
                || text.startsWith("[");
        if (json) {
            try {
                return JSON.readTree(text);
            } catch (JacksonException plainText) {
                return StringNode.valueOf(text);
            }
        }
        return StringNode.valueOf(absolute(text));
    }

    private String absolute(String text) {
        try {
            Path path = Path.of(text);
            Path resolved = directory.resolve(path).normalize();
            return !text.isBlank() && !path.isAbsolute() && Files.exists(resolved) ? resolved.toString() : text;
        } catch (InvalidPathException noPath) {
            return text;
        }
    }
}
