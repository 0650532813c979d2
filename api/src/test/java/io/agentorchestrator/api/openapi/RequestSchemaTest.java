package io.agentorchestrator.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.body.YamlDocument;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.testkit.Contract;
import io.agentorchestrator.store.deadletter.DeadLetterStore;
import io.agentorchestrator.workflows.model.Limits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RequestSchemaTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'task_type':5} | /task_type INVALID_TYPE a string is needed, not a number",
                "{'task_type':null} | /task_type MISSING_FIELD 'task_type' is required",
                "{} | /task_type MISSING_FIELD 'task_type' is required",
                "{'task_type':'A'} | /task_type INVALID_VALUE a task type (up to 100 lower-case letters, digits and any of _ . -, beginning with a letter or digit) is needed, not 'A'",
                "{'task_type':'a','priority':'X'} | /priority INVALID_VALUE one of CRITICAL, HIGH, NORMAL, LOW, BACKGROUND is needed, not 'X'",
                "{'task_type':'a','priority':1} | /priority INVALID_TYPE a string is needed, not a number",
                "{'task_type':'a','payload':[]} | /payload INVALID_TYPE an object is needed, not an array",
                "{'task_type':'a','estimated_complexity':0} | /estimated_complexity OUT_OF_RANGE 0.000001 to 1000000 is allowed, not 0",
                "{'task_type':'a','estimated_complexity':1e999999999} | /estimated_complexity OUT_OF_RANGE 0.000001 to 1000000 is allowed, not 1e999999999",
                "{'task_type':'a','retry':{'max_attempts':2.5}} | /retry/max_attempts INVALID_TYPE a whole number is needed, not a fraction",
                "{'task_type':'a','retry':{'max_attempts':1e9999}} | /retry/max_attempts OUT_OF_RANGE 1 to 100 is allowed, not 1e9999",
                "{'task_type':'a','retry':{'non_retryable_codes':['A','b']}} | /retry/non_retryable_codes/1 INVALID_VALUE an error code (up to 100 capital letters, digits and _, beginning with a letter) is needed, not 'b'",
                "{'task_type':'a','labels':{'a/b~c ':'x'}} | /labels/a~1b~0c\\s INVALID_VALUE a label's name (up to 100 letters, digits and any of _ . / -, beginning with a letter or digit) is needed, not 'a/b~c '",
                "{'task_type':'a','labels':{'b':null}} | /labels/b INVALID_TYPE a string is needed, not null",
                "{'task_type':'a','cost_budget':-0.01} | /cost_budget OUT_OF_RANGE 0 to 1000000000 is allowed, not -0.01",
                "{'task_type':'a','token_budget':1.5} | /token_budget INVALID_TYPE a whole number is needed, not a fraction",
                "{'task_type':'a','on_budget_exceeded':'STOP'} | /on_budget_exceeded INVALID_VALUE one of FAIL, PAUSE, CHEAPER is needed, not 'STOP'",
                "{'task_type':'a','nope':null} | /nope UNKNOWN_FIELD 'nope' is not a field of this object; its fields are task_type, payload, priority, estimated_complexity, timeout, retry, labels, deadline, selector, preemptible, cost_budget, token_budget, on_budget_exceeded, dependencies",
                "{'task_type':'a','selector':{'zone':'x'}} | /selector/zone UNKNOWN_FIELD 'zone' is not a field of this object; its fields are region, version, labels, preferred",
                "{'task_type':'a','selector':{'region':'e u'}} | /selector/region INVALID_VALUE a region (up to 100 letters, digits and any of _ . + -) is needed, not 'e u'",
                "{'task_type':'a','selector':{'preferred':{'preferred':{}}}} | /selector/preferred/preferred UNKNOWN_FIELD 'preferred' is not a field of this object; its fields are region, version, labels",
                "{'nope':1} | /nope UNKNOWN_FIELD 'nope' is not a field of this object; its fields are task_type, payload, priority, estimated_complexity, timeout, retry, labels, deadline, selector, preemptible, cost_budget, token_budget, on_budget_exceeded, dependencies + /task_type MISSING_FIELD 'task_type' is required",
            })
    void findingsSayWhatIsWrongAndTheWayOut(String body, String found) {
        assertThat(String.join(" + ", findings("TaskSubmission", body))).isEqualTo(found.replace("\\s", " "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'task_type':'a'}",
                "{'task_type':'a','selector':{'region':'eu','version':'>=1.2, <2','labels':{'gpu':'a100'},'preferred':{'labels':{'disk':'ssd'}}}}",
                "{'task_type':'a','payload':null,'priority':null,'retry':null,'labels':null,'selector':null}",
                "{'task_type':'a','retry':{'max_attempts':1.0,'initial_interval':null}}",
                "{'task_type':'a','estimated_complexity':1e-6,'payload':{'any':[{'thing':null}]}}",
            })
    void whatTheSchemaAllowsHasNoFindings(String body) {
        assertThat(findings("TaskSubmission", body)).isEmpty();
    }

    @Test
    void aPatternIsOfTheWholeText() {
        assertThat(findings("TaskSubmission", "{'task_type':'a\\n'}"))
                .singleElement()
                .asString()
                .startsWith("/task_type INVALID_VALUE a task type (up to 100 lower-case letters");
    }

    @Test
    void listsHaveLengthsAndTheirItemsDiffer() {
        assertThat(findings("DagSubmission", "{'tasks':[]}"))
                .containsExactly("/tasks EMPTY_DAG at least 1 is needed; there are 0");
        // Of too many, none is looked at: what is remembered of a request is bounded.
        assertThat(findings("BatchSubmission", "{'tasks':[" + "1,".repeat(1_000) + "1]}"))
                .containsExactly("/tasks TOO_MANY_TASKS at most 1,000 are allowed, not 1,001");
        assertThat(findings(
                        "AgentRegistration", "{'agent_types':['a','b','a'],'address':'a:1','max_concurrent_tasks':1}"))
                .containsExactly("/agent_types INVALID_VALUE \"a\" stands here twice");
        assertThat(findings("CommandSubmission", "{'reason':''}"))
                .containsExactly("/reason INVALID_VALUE 1 to 1,000 characters are allowed, not 0");
        assertThat(findings("CommandSubmission", "{'reason':'" + "𝄞".repeat(1_000) + "'}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{type: string, pattern: 'a'}",
                "{type: number, exclusiveMinimum: 1}",
                "{type: number, maximum: 1}",
                "{type: array, maxItems: 1}",
                "{oneOf: [{type: string}]}",
                "{anyOf: [{type: string}, {type: number}]}",
                "{$ref: '#/nowhere'}",
            })
    void aSchemaThatWouldNotBeCheckedIsRefused(String schema) {
        JsonNode document = YamlDocument.parse(
                "{components: {schemas: {Wrong: %s}}}".formatted(schema).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new SchemaCompiler(document).compileNamed("Wrong"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFieldWhoseFunctionIsNotBuiltYetIsRefusedAsSuch() {
        JsonNode document = YamlDocument.parse(
                "{components: {schemas: {Some: {type: object, additionalProperties: false, x-unsupported: [later], properties: {now: {type: string}}}}}}"
                        .getBytes(StandardCharsets.UTF_8));
        ValueSchema schema = new SchemaCompiler(document).compileNamed("Some");
        ValidationErrors findings = new ValidationErrors();
        schema.check(
                JsonDocument.parse("{\"now\":\"a\",\"later\":1}".getBytes(StandardCharsets.UTF_8)),
                Place.ROOT,
                findings);
        assertThat(told(findings))
                .containsExactly("/later UNSUPPORTED_FIELD 'later' is not supported yet; leave it out");
    }

    @Test
    void boundsOfTheDocumentAreThoseThatTheCodeGoesBy() {
        assertThat(bound("BatchSubmission/properties/tasks/maxItems")).isEqualTo(Limits.MAX_TASKS_PER_BATCH);
        assertThat(bound("DagSubmission/properties/tasks/maxItems")).isEqualTo(Limits.MAX_TASKS_PER_DAG);
        assertThat(bound("DagSubmission/properties/name/maxLength")).isEqualTo(Limits.MAX_NAME_LENGTH);
        assertThat(bound("DagSubmission/properties/inputs/maxProperties")).isEqualTo(Limits.MAX_INPUTS);
        assertThat(bound("DependsOn/maxItems")).isEqualTo(Limits.MAX_TASKS_PER_DAG);
        assertThat(bound("RetryRequest/properties/from/maxItems")).isEqualTo(Limits.MAX_TASKS_PER_DAG);
        assertThat(bound("Dependencies/maxItems")).isEqualTo(Limits.MAX_DEPENDENCIES);
        assertThat(bound("Labels/maxProperties")).isEqualTo(Limits.MAX_LABELS);
        assertThat(bound("Labels/additionalProperties/maxLength")).isEqualTo(Limits.MAX_LABEL_LENGTH);
        assertThat(bound("Reason/maxLength")).isEqualTo(Limits.MAX_REASON_LENGTH);
        assertThat(bound("RetrySubmission/properties/max_attempts/maximum")).isEqualTo(Limits.MAX_ATTEMPTS);
        assertThat(bound("RetrySubmission/properties/non_retryable_codes/maxItems"))
                .isEqualTo(Limits.MAX_NON_RETRYABLE_CODES);
        assertThat((double) bound("RetrySubmission/properties/backoff_coefficient/maximum"))
                .isEqualTo(Limits.MAX_BACKOFF_COEFFICIENT);
        assertThat(bound("AgentRegistration/properties/agent_types/maxItems")).isEqualTo(Limits.MAX_TYPES_PER_AGENT);
        for (String schema : List.of("AgentRegistration", "Heartbeat")) {
            assertThat(bound(schema + "/properties/max_concurrent_tasks/maximum"))
                    .isEqualTo(Limits.MAX_SLOTS_PER_AGENT);
        }
        assertThat(bound("BulkReprocessSubmission/properties/limit/maximum")).isEqualTo(DeadLetterStore.MAX_BULK);
        String length = ",%d}$".formatted(Limits.MAX_KEY_LENGTH - 1);
        for (String schema : List.of("TaskKey", "TaskType", "ErrorCode", "Labels/propertyNames")) {
            assertThat(schema(schema + "/pattern").asString()).as(schema).endsWith(length);
        }
    }

    private static int bound(String path) {
        return schema(path).decimalValue().intValueExact();
    }

    private static JsonNode schema(String path) {
        return Contract.document().at("/components/schemas/" + path);
    }

    private static List<String> findings(String schema, String body) {
        ValidationErrors findings = new ValidationErrors();
        RequestSchema.named(schema)
                .read(JsonDocument.parse(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), findings);
        return told(findings);
    }

    private static List<String> told(ValidationErrors findings) {
        return findings.isEmpty()
                ? List.of()
                : findings.problem().findings().stream()
                        .map((ValidationError finding) ->
                                finding.pointer() + " " + finding.code() + " " + finding.message())
                        .toList();
    }
}
