package io.agentorchestrator.agents.source;

import io.agentorchestrator.sdk.FakeTask;
import io.agentorchestrator.sdk.Json;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;

/** Runs examples/codebase-review.yaml as the orchestrator would: in order of dependencies, with resolved templates. */
final class CodebaseReview {
    private static final Path EXAMPLE = Path.of("..", "examples", "codebase-review.yaml");
    private static final Pattern TEMPLATE = Pattern.compile("\\$\\{(inputs|tasks)\\.([^}]+)}");
    private static final int MAX_RESULT = 1024 * 1024;

    private final Map<String, TaskHandler> handlers;
    private final Map<String, JsonNode> results = new LinkedHashMap<>();
    private final Set<String> types = new HashSet<>();

    CodebaseReview(Path reports, InstantSource clock) {
        handlers = SourceHandlers.all(reports, clock);
    }

    /** Results by key. */
    Map<String, JsonNode> run(Path directory) throws Exception {
        for (JsonNode task : document().get("tasks")) {
            for (JsonNode parent : task.path("depends_on")) {
                if (!results.containsKey(parent.asString())) {
                    throw new AssertionError(task.get("key") + " stands before its dependency " + parent);
                }
            }
            String payload = resolve(Json.write(task.get("payload")), directory);
            String type = task.get("task_type").asString();
            types.add(type);
            // The last eight digits name the report's folder.
            UUID id = UUID.fromString("01890a5d-ac96-774b-bcce-%012d".formatted(results.size()));
            JsonNode result = new FakeTask(id, type, payload, 1, null).run(handlers.get(type));
            if (Json.write(result).length() > MAX_RESULT) {
                throw new AssertionError("the result of " + task.get("key") + " is too large");
            }
            results.put(task.get("key").asString(), result);
        }
        return results;
    }

    Set<String> unusedTypes() {
        Set<String> unused = new HashSet<>(handlers.keySet());
        unused.removeAll(types);
        return unused;
    }

    /** All templates of the example are whole strings, so that text can be replaced. */
    private String resolve(String payload, Path directory) {
        Matcher template = TEMPLATE.matcher(payload);
        return template.replaceAll(match -> {
            if (match.group(1).equals("inputs")) {
                return Matcher.quoteReplacement(directory.toString());
            }
            List<String> path = List.of(match.group(2).split("\\.", -1));
            JsonNode value = results.get(path.getFirst());
            for (String field : path.subList(2, path.size())) {
                value = value.get(field);
            }
            return Matcher.quoteReplacement(value.asString());
        });
    }

    private static JsonNode document() throws IOException {
        Object yaml = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(EXAMPLE));
        return Json.parse(Json.write(yaml));
    }
}
