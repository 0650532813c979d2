package io.agentorchestrator.api.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.body.YamlDocument;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import io.agentorchestrator.workflows.model.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springframework.mock.web.MockHttpServletRequest;

/** docs/dag-file.md says what the API reads: its examples are planned, and its tables name every field and no other. */
class DagFileDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/dag-file.md");
    /** A fenced block of YAML; one that is refused names the code beside it. */
    private static final Pattern EXAMPLE =
            Pattern.compile("^```yaml *(?<code>[A-Z_]*)\\R(?<yaml>.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern FIELD = Pattern.compile("^\\| `([a-z_]+)` \\|(.*)$", Pattern.MULTILINE);
    private static final Pattern FIELDS_THAT_ARE_KNOWN = Pattern.compile("its fields are (.*)$");

    @TestFactory
    Stream<DynamicTest> everyExampleIsPlannedOrRefusedAsItSays() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        Matcher examples = EXAMPLE.matcher(Files.readString(DOCUMENT));
        while (examples.find()) {
            String yaml = examples.group("yaml");
            String code = examples.group("code");
            String name = "example " + (tests.size() + 1) + " " + code;
            tests.add(dynamicTest(name, () -> {
                if (code.isEmpty()) {
                    assertThat(plan(yaml).spec().tasks()).as(yaml).isNotEmpty();
                } else {
                    assertThat(problemOf(yaml).code()).as(yaml).isEqualTo(ProblemCode.valueOf(code));
                }
            }));
        }
        assertThat(tests).hasSizeGreaterThan(5);
        return tests.stream();
    }

    @Test
    void theTablesNameTheFieldsThatThereAre() throws IOException {
        assertThat(documented("Fields of the DAG", "")).isEqualTo(known("nope: 1", ""));
        assertThat(documented("Fields of a task", "")).isEqualTo(known("tasks: [{ nope: 1 }]", "/tasks/0/nope"));
        assertThat(documented("Retry", "")).isEqualTo(known("tasks: [{ retry: { nope: 1 } }]", "/tasks/0/retry/nope"));
    }

    @Test
    void theLimitsAreThoseOfTheCode() throws IOException {
        String document = Files.readString(DOCUMENT);
        assertThat(document)
                .contains("%,d tasks, %,d edges".formatted(Limits.MAX_TASKS_PER_DAG, Limits.MAX_EDGES_PER_DAG))
                .contains("up to %,d tasks that were submitted before".formatted(Limits.MAX_DEPENDENCIES))
                .contains("together | %,d |".formatted(TaskListReader.MAX_DEPENDENCIES_ALTOGETHER))
                .contains("| the document | %d MiB".formatted(Limits.MAX_REQUEST_BYTES >> 20))
                .contains("%d KiB as compact JSON".formatted(Limits.MAX_PAYLOAD_BYTES >> 10))
                .contains("at most %d names".formatted(Limits.MAX_INPUTS))
                .contains("up to %d names with texts of up to %d".formatted(Limits.MAX_LABELS, Limits.MAX_LABEL_LENGTH))
                .contains("grows beyond %d MiB, or nests deeper than %d levels"
                        .formatted(Limits.MAX_RESOLVED_PAYLOAD_BYTES >> 20, Limits.MAX_JSON_DEPTH)
                        .replace("grows", "\ngrows"))
                .contains("at most %,d templates".formatted(Limits.MAX_TEMPLATES_PER_PAYLOAD))
                .contains("%,d values with aliases written out, %d levels deep"
                        .formatted(YamlDocument.MAX_VALUES, Limits.MAX_JSON_DEPTH))
                .contains("| a number | %d characters as written, exponents up to %,d"
                        .formatted(JsonDocument.MAX_NUMBER_LENGTH, Integer.MAX_VALUE))
                .contains("| a name in an object | %,d characters".formatted(JsonDocument.MAX_NAME_LENGTH))
                .contains("| a request of one task; one without a payload | %d MiB; %d KiB |"
                        .formatted(BodyReader.MAX_TASK_REQUEST_BYTES >> 20, BodyReader.MAX_SMALL_REQUEST_BYTES >> 10))
                .contains(
                        "| `payload`; after its templates are filled in | %d KiB as compact JSON; %d MiB, %d levels deep |"
                                .formatted(
                                        Limits.MAX_PAYLOAD_BYTES >> 10,
                                        Limits.MAX_RESOLVED_PAYLOAD_BYTES >> 20,
                                        Limits.MAX_JSON_DEPTH))
                .contains("| templates in a payload | %,d |".formatted(Limits.MAX_TEMPLATES_PER_PAYLOAD))
                .contains("| `dependencies` of a task | %,d |".formatted(Limits.MAX_DEPENDENCIES))
                .contains("| `inputs` | %d names, %d KiB as JSON |"
                        .formatted(Limits.MAX_INPUTS, Limits.MAX_PAYLOAD_BYTES >> 10))
                .contains("| `labels` | %d names, each with its text up to %d characters |"
                        .formatted(Limits.MAX_LABELS, Limits.MAX_LABEL_LENGTH))
                .contains("| `key`; `name` of a DAG | %d characters; %d characters |"
                        .formatted(Limits.MAX_KEY_LENGTH, Limits.MAX_NAME_LENGTH))
                .contains("| a batch | %,d tasks |".formatted(Limits.MAX_TASKS_PER_BATCH))
                .contains("| in a result | %d levels, numbers of %,d characters, names of %,d |"
                        .formatted(
                                Limits.MAX_RESULT_DEPTH,
                                Limits.MAX_RESULT_NUMBER_LENGTH,
                                Limits.MAX_RESULT_NAME_LENGTH))
                .contains("| a result | %d MiB |".formatted(Limits.MAX_RESULT_BYTES >> 20))
                .contains("| a checkpoint | %d KiB |".formatted(Limits.MAX_CHECKPOINT_BYTES >> 10));
    }

    /** The fields in the first column of the tables of a section whose row contains a text. */
    private static Set<String> documented(String heading, String text) throws IOException {
        String document = Files.readString(DOCUMENT);
        int start = document.indexOf("## " + heading + "\n");
        assertThat(start).as(heading).isNotNegative();
        int end = document.indexOf("\n## ", start);
        Matcher rows = FIELD.matcher(document.substring(start, end));
        Set<String> fields = new TreeSet<>();
        while (rows.find()) {
            if (rows.group(2).contains(text)) {
                fields.add(rows.group(1));
            }
        }
        return fields;
    }

    /** The fields that an object is said to have when it has one that is not known. */
    private static Set<String> known(String yaml, String pointer) {
        ValidationError finding = problemOf(yaml).findings().stream()
                .filter(each -> each.code() == ProblemCode.UNKNOWN_FIELD
                        && each.pointer().endsWith(pointer))
                .findFirst()
                .orElseThrow();
        Matcher names = FIELDS_THAT_ARE_KNOWN.matcher(finding.message());
        assertThat(names.find()).as(finding.message()).isTrue();
        return new TreeSet<>(List.of(names.group(1).split(", ")));
    }

    private static ProblemException problemOf(String yaml) {
        ProblemException problem = catchThrowableOfType(ProblemException.class, () -> plan(yaml));
        assertThat(problem).as(yaml).isNotNull();
        return problem;
    }

    private static PlannedDag plan(String yaml) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setContent(yaml.getBytes(StandardCharsets.UTF_8));
        try (Body body = new BodyReader().read(request, BodyFormat.YAML, Limits.MAX_REQUEST_BYTES)) {
            return DagPlanning.plan(
                    SubmissionReader.dag(body.tree(), Instant.EPOCH), new PathPolicy(TypeTimes.NONE, true, true));
        }
    }
}
