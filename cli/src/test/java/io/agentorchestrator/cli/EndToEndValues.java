package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.command.RandomJson;
import io.agentorchestrator.cli.dagfile.YamlValues;
import io.agentorchestrator.cli.json.LosslessJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A DAG of random JSON values, each of which goes from the command line through a template, an agent, a result and another template, and is
 * looked for wherever somebody reads it. Numbers are compared by their spelling, texts by their characters.
 */
final class EndToEndValues {
    /** Inputs that are typed after the file; the others stand in it. */
    private static final int TYPED = 10;
    /** Tasks that are read at the command line, which takes half a second each. */
    private static final int READ_BY_COMMAND = 6;

    private static final Pattern NOT_STORED = Pattern.compile("\\\\u(0000|[dD][89a-fA-F])");
    private static final Pattern TEXT_OR_NAME = Pattern.compile("(\"(?:[^\"\\\\]|\\\\.)*+\")(:?)");

    private final RealStack stack;
    private final String seed;
    private final RandomJson json;
    private final List<Value> values = new ArrayList<>();
    private JsonNode dag;

    /**
     * A value's way.
     *
     * @param input of the DAG
     * @param payload of a task, whose result is the same
     * @param result JSON that an agent makes, of characters that a payload cannot hold too
     * @param message of the agent when it fails
     */
    private record Value(String input, String payload, String result, String code, String message) {}

    EndToEndValues(RealStack stack, long seed, int count) {
        this.stack = stack;
        this.seed = "seed " + seed;
        Random random = new Random(seed);
        this.json = new RandomJson(random, true);
        for (int i = 0; i < count; i++) {
            values.add(new Value(
                    stored(),
                    stored(),
                    json.value(),
                    "C_"
                            + Integer.toString(random.nextInt(), 36)
                                    .replace('-', '_')
                                    .toUpperCase(Locale.ROOT),
                    json.text()));
        }
    }

    /** NUL and halves of surrogate pairs are refused, which is tested by {@link #whatCannotBeStoredIsRefused}. */
    private String stored() {
        while (true) {
            String value = json.value();
            if (!NOT_STORED.matcher(value).find()) {
                return value;
            }
        }
    }

    void run(Path directory) throws Exception {
        Process agent = echoAgent(directory);
        try {
            Path file = Files.writeString(directory.resolve("values.json"), file());
            List<String> submit = new ArrayList<>(List.of("submit", file.toString(), "--json"));
            for (int i = 0; i < TYPED; i++) {
                submit.addAll(
                        List.of("--input-json", "v" + i + "=" + values.get(i).input()));
            }
            dag = stack.orchestrator(submit.toArray(String[]::new)).json();
            assertThat(stack.awaitEnd(path()).path("status").stringValue()).isEqualTo("FAILED");
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    private Process echoAgent(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "@" + stack.layout().applications().resolve("agents.classpath"),
                        Path.of("src/test/resources/agents/EchoAgent.java")
                                .toAbsolutePath()
                                .toString(),
                        stack.apiUrl())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("echo-agent.log").toFile())
                .start();
    }

    private String file() {
        List<String> inputs = new ArrayList<>();
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            inputs.add("\"v%d\": %s"
                    .formatted(
                            i, i < TYPED ? "\"not typed yet\"" : values.get(i).input()));
            tasks.add(task(
                    "first." + i,
                    "echo",
                    "",
                    "{\"value\": %s}".formatted(escaped(values.get(i).payload()))));
            tasks.add(task(
                    "made." + i,
                    "echo-text",
                    "",
                    "{\"json\": %s}"
                            .formatted(escaped(LosslessJson.write(values.get(i).result())))));
            tasks.add(task("next." + i, "echo", "\"first.%1$d\", \"made.%1$d\"".formatted(i), """
                {"first": "${tasks['first.%1$d'].result.value}", "made": ["${tasks['made.%1$d'].result}"], "input": {"v": "${inputs.v%1$d}"}}\
                """.formatted(i)));
            tasks.add(task("last." + i, "echo-error", "\"next." + i + "\"", failing(i)));
        }
        return "{\"on_failure\": \"CONTINUE\", \"defaults\": {\"retry\": {\"max_attempts\": 1}}, \"inputs\": {%s}, \"tasks\": [%s]}"
                .formatted(String.join(", ", inputs), String.join(",\n", tasks));
    }

    /** The payload of a task that fails for good. */
    private String failing(int i) {
        Value value = values.get(i);
        return """
            {"code": "%s", "message": %s, "next": "${tasks['next.%d'].result}", "value": %s}\
            """.formatted(value.code(), escaped(LosslessJson.write(value.message())), i, escaped(value.payload()));
    }

    private static String task(String key, String type, String dependencies, String payload) {
        return "{\"key\": \"%s\", \"task_type\": \"%s\", \"depends_on\": [%s], \"payload\": %s}"
                .formatted(key, type, dependencies, payload);
    }

    /** JSON in whose texts nothing is a template. Names never are. */
    private static String escaped(String json) {
        return TEXT_OR_NAME
                .matcher(json)
                .replaceAll(each -> Matcher.quoteReplacement(
                        each.group(2).isEmpty() ? each.group().replace("${", "$${") : each.group()));
    }

    private String path() {
        return "/v1/dags/" + dag.path("dag_id").stringValue();
    }

    private String taskId(String key) {
        return dag.path("tasks").path(key).stringValue();
    }

    /** The API's answer about a task: maps, lists and texts. */
    private Map<?, ?> task(String key) throws Exception {
        return object(stack.text(stack.apiUrl(), "/v1/tasks/" + taskId(key)));
    }

    private static Map<?, ?> object(String json) {
        return (Map<?, ?>) YamlValues.ofJson(json);
    }

    void resultsAreWhatWentIn() throws Exception {
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            Object payload = YamlValues.ofJson(value.payload());
            Object result = YamlValues.ofJson(value.result());

            assertThat(task("first." + i).get("result"))
                    .as("%s, first.%d", seed, i)
                    .isEqualTo(Map.of("value", payload));
            assertThat(task("made." + i).get("result"))
                    .as("%s, made.%d", seed, i)
                    .isEqualTo(result);
            assertThat(task("next." + i).get("result"))
                    .as("%s, next.%d", seed, i)
                    .isEqualTo(Map.of(
                            "first",
                            payload,
                            "made",
                            List.of(result),
                            "input",
                            Map.of("v", YamlValues.ofJson(value.input()))));
            Map<?, ?> last = task("last." + i);
            assertThat(last.get("payload")).as("%s, last.%d", seed, i).isEqualTo(YamlValues.ofJson(failing(i)));
            assertThat(last.get("error"))
                    .as("%s, last.%d", seed, i)
                    .isEqualTo(Map.of("code", "'" + value.code(), "message", "'" + value.message()));
        }
    }

    void theCommandLinePrintsWhatTheApiAnswers() throws Exception {
        for (int i = 0; i < READ_BY_COMMAND; i++) {
            String taskId = taskId((i % 2 == 0 ? "next." : "last.") + i);

            assertThat(stack.orchestrator("get", taskId, "--json").output().strip())
                    .as(seed)
                    .isEqualTo(stack.text(stack.apiUrl(), "/v1/tasks/" + taskId).strip());
        }
    }

    /** Payloads there are as they were submitted, templates included. */
    void deadLettersHoldWhatWasSubmitted() throws Exception {
        Map<String, Map<String, String>> letters =
                RealStack.patiently().until(this::deadLetters, found -> found.size() == values.size());
        for (int i = 0; i < values.size(); i++) {
            Map<String, String> letter = letters.get(taskId("last." + i));
            assertThat(letter)
                    .containsEntry("error_code", values.get(i).code())
                    .containsEntry("error_message", values.get(i).message());
            assertThat(YamlValues.ofJson(letter.get("payload")))
                    .as("%s, last.%d", seed, i)
                    .isEqualTo(YamlValues.ofJson(failing(i)));
        }
    }

    /** Finds those of this DAG, by task. */
    private Map<String, Map<String, String>> deadLetters() throws IOException {
        try (RedisConnection redis = stack.redis()) {
            return redis.stream("task_dead_letter_queue").values().stream()
                    .filter(letter ->
                            letter.get("dag_id").equals(dag.path("dag_id").stringValue()))
                    .collect(Collectors.toMap(letter -> letter.get("task_id"), letter -> letter));
        }
    }

    void eventsNameWhatFailed() throws Exception {
        List<Map<?, ?>> failures = events().stream()
                .filter(event -> Objects.equals(event.get("status"), "'FAILED") && event.containsKey("task_id"))
                .toList();
        assertThat(failures).hasSize(values.size());
        for (Map<?, ?> failure : failures) {
            String key = failure.get("key").toString().substring(1);
            int i = Integer.parseInt(key.substring("last.".length()));
            assertThat(failure.get("task_id")).as(key).isEqualTo("'" + taskId(key));
            assertThat(failure.get("error_code"))
                    .as(key)
                    .isEqualTo("'" + values.get(i).code());
        }
    }

    /** All of the DAG, which has ended. */
    private List<Map<?, ?>> events() throws Exception {
        List<Map<?, ?>> events = new ArrayList<>();
        try (var lines = stack.lines(path() + "/events")) {
            var data = lines.filter(line -> line.startsWith("data: ")).iterator();
            do {
                events.add(object(data.next().substring("data: ".length())));
            } while (events.getLast().containsKey("task_id")
                    || !Objects.equals(events.getLast().get("status"), "'FAILED"));
        }
        return events;
    }

    /** By the field that holds it. */
    void whatCannotBeStoredIsRefused() throws Exception {
        int refused = 0;
        while (refused < values.size()) {
            String value = json.value();
            if (NOT_STORED.matcher(value.replace("\\ud83d\\ude00", "")).find()) {
                RealStack.ApiAnswer answer = stack.post(
                        "/v1/dags/validate",
                        "{\"inputs\": {\"v\": %s}, \"tasks\": [{\"key\": \"a\", \"task_type\": \"echo\"}]}"
                                .formatted(value));
                // Half a character in a name is no JSON to the parser; all else is JSON that cannot be stored.
                boolean isMalformed = answer.body().path("code").stringValue().equals("MALFORMED_JSON");
                assertThat(answer.status()).as("%s: %s", seed, value).isEqualTo(isMalformed ? 400 : 422);
                if (!isMalformed) {
                    assertThat(answer.body().at("/errors/0/pointer").stringValue())
                            .as("%s: %s", seed, answer.body())
                            .startsWith("/inputs/v");
                }
                refused++;
            }
        }
    }
}
