package io.agentorchestrator.api.dag;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input, case by case, over HTTP: each with its own status and code. */
class BadSubmissionIT {
    private static final TestApi API = TestApi.shared();

    @Test
    void anUnknownFieldIsNamed() {
        Answer answer = dag("{'tasks':[{'key':'a','task_type':'simulated','prioritee':'HIGH'}]}");
        answer.isProblem(400, "UNKNOWN_FIELD").at("/tasks/0/prioritee").saying("priority");
    }

    @Test
    void anUnknownFieldDeepInsideIsNamed() {
        task("{'task_type':'simulated','retry':{'max_attempt':2}}")
                .isProblem(400, "UNKNOWN_FIELD")
                .at("/retry/max_attempt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'task_type':5} | /task_type",
                "{'task_type':'simulated','payload':[1]} | /payload",
                "{'task_type':'simulated','priority':1} | /priority",
                "{'task_type':'simulated','timeout':60} | /timeout",
                "{'task_type':'simulated','estimated_complexity':'high'} | /estimated_complexity",
                "{'task_type':'simulated','retry':3} | /retry",
                "{'task_type':'simulated','retry':{'max_attempts':2.5}} | /retry/max_attempts",
                "{'task_type':'simulated','labels':{'a':1}} | /labels/a",
                "{'task_type':'simulated','labels':['a']} | /labels",
                "[1] | ''",
                "5 | ''",
            })
    void aWrongTypeIsPointedAt(String body, String pointer) {
        task(body).isProblem(400, "INVALID_TYPE").at(pointer.equals("''") ? "" : pointer);
    }

    @Test
    void aRequiredFieldThatIsNullIsMissing() {
        task("{'task_type':null}").isProblem(400, "MISSING_FIELD").at("/task_type");
        dag("{'tasks':null}").isProblem(400, "MISSING_FIELD").at("/tasks");
        dag("{'tasks':[{'key':null,'task_type':'simulated'}]}")
                .isProblem(400, "MISSING_FIELD")
                .at("/tasks/0/key");
        task("{'task_type':'simulated','nobody':null}")
                .isProblem(400, "UNKNOWN_FIELD")
                .at("/nobody");
        task("{'task_type':'simulated','labels':{'a':null}}")
                .isProblem(400, "INVALID_TYPE")
                .at("/labels/a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'tasks':[%s,{'key':'b c','task_type':'simulated'}]} | /tasks/1/key | task 'b c': a key",
                "{'tasks':[%s,{'key':'b','task_type':'simulated','nope':1}]} | /tasks/1/nope | task 'b': 'nope' is not a field",
                "{'tasks':[%s,{'key':'b','task_type':'simulated','retry':{'max_attempts':0}}]} | /tasks/1/retry/max_attempts | task 'b': 1 to 100",
                "{'tasks':[%s,{'key':'b'}]} | /tasks/1/task_type | task 'b': 'task_type' is required",
                "{'tasks':[%s,{'key':'b','task_type':'simulated','payload':{'x':'${inputs.y}'}}]} | /tasks/1/payload/x | task 'b': ${inputs.y}",
                "{'tasks':[%s,{'key':'b','task_type':'simulated','payload':{'x':'\\u0000'}}]} | /tasks/1/payload/x | task 'b': the text",
                "{'tasks':[%s,{'key':'b','task_type':'simulated','dependencies':['018f3f3e-0000-7000-8000-000000000000']}]} | /tasks/1/dependencies/0 | task 'b': there is no task",
                "{'tasks':[%s,{'key':'b','task_type':'simulated','depends_on':['b']}]} | /tasks/1/depends_on/0 | task 'b' depends on itself",
            })
    void messagesCallTasksByTheirKeys(String body, String pointer, String message) {
        Answer answer = dag(body.replace("%s", item("a", ""))).at(pointer).saying(message);
        assertThat(answer.json().path("detail").asString()).contains(message);
    }

    @Test
    void aMissingTaskTypeIsNamed() {
        task("{'payload':{}}").isProblem(400, "MISSING_FIELD").at("/task_type");
        dag("{'tasks':[{'key':'a'}]}").isProblem(400, "MISSING_FIELD").at("/tasks/0/task_type");
    }

    @Test
    void missingTasksAndKeysAreNamed() {
        dag("{}").isProblem(400, "MISSING_FIELD").at("/tasks");
        dag("{'tasks':[{'task_type':'simulated'}]}")
                .isProblem(400, "MISSING_FIELD")
                .at("/tasks/0/key");
        dag("{'tasks':[]}").isProblem(422, "EMPTY_DAG").at("/tasks");
    }

    @Test
    void aCycleIsSpelledOut() {
        dag("{'tasks':[%s,%s,%s]}".formatted(item("a", "'c'"), item("b", "'a'"), item("c", "'b'")))
                .isProblem(422, "CYCLE")
                .at("/tasks")
                .saying("a → c → b → a");
    }

    @Test
    void aTaskThatDependsOnItselfIsRefused() {
        dag("{'tasks':[%s]}".formatted(item("a", "'a'")))
                .isProblem(422, "SELF_DEPENDENCY")
                .at("/tasks/0/depends_on/0");
    }

    @Test
    void aKeyThatIsUsedTwiceIsRefused() {
        dag("{'tasks':[%s,%s]}".formatted(item("a", ""), item("a", "")))
                .isProblem(422, "DUPLICATE_KEY")
                .at("/tasks/1/key");
    }

    @Test
    void anUnknownDependencyIsNamed() {
        dag("{'tasks':[%s]}".formatted(item("a", "'nobody'")))
                .isProblem(422, "UNKNOWN_DEPENDENCY")
                .at("/tasks/0/depends_on/0")
                .saying("nobody");
    }

    @Test
    void tenThousandAndOneTasksAreTooMany() {
        dag("{'tasks':[%s]}".formatted(items(10_001)))
                .isProblem(422, "TOO_MANY_TASKS")
                .at("/tasks");
        batch(1_001).isProblem(422, "TOO_MANY_TASKS").at("/tasks");
    }

    @Test
    void aPayloadBeyondItsLimitIsTooLarge() {
        String large = "x".repeat(256 * 1024);
        task("{'task_type':'simulated','payload':{'text':'%s'}}".formatted(large))
                .isProblem(413, "PAYLOAD_TOO_LARGE")
                .at("/payload");
        dag("{'tasks':[{'key':'a','task_type':'simulated','payload':{'text':'%s'}}]}".formatted(large))
                .isProblem(413, "PAYLOAD_TOO_LARGE")
                .at("/tasks/0/payload");
    }

    @Test
    void aPayloadAtItsLimitIsAccepted() {
        String text = "x".repeat(256 * 1024 - "{\"text\":\"\"}".length());
        task("{'task_type':'simulated','payload':{'text':'%s'}}".formatted(text))
                .isOk(202);
    }

    @Test
    void defaultsDoNotMultiplyBeyondTheRequestsLimit() {
        String large = "x".repeat(250 * 1024);
        dag("{'defaults':{'payload':{'text':'%s'}},'tasks':[%s]}".formatted(large, items(200)))
                .isProblem(413, "PAYLOAD_TOO_LARGE")
                .at("/tasks");
    }

    @ParameterizedTest
    @CsvSource({
        "${inputs.}",
        "${inputs.absent}",
        "${tasks.b.result}",
        "${tasks.nobody.result}",
        "${tasks.b.outcome}",
        "${open",
        "${env.HOME}"
    })
    void aBadTemplateIsPointedAt(String template) {
        dag("{'inputs':{'path':'/'},'tasks':[{'key':'a','task_type':'simulated','payload':{'x':['%s']}},%s]}"
                        .formatted(template, item("b", "")))
                .isProblem(422, "BAD_TEMPLATE")
                .at("/tasks/0/payload/x/0");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/tasks/018f3f3e-0000-7000-8000-000000000000, TASK_NOT_FOUND",
        "/v1/tasks/abc, TASK_NOT_FOUND",
        "/v1/tasks/1-1-1-1-1, TASK_NOT_FOUND",
        "/v1/dags/018f3f3e-0000-7000-8000-000000000000, DAG_NOT_FOUND",
        "/v1/dags/abc, DAG_NOT_FOUND",
        "/v1/nothing, NOT_FOUND",
        "/nothing, NOT_FOUND",
        "/v1/tasks/, NOT_FOUND",
    })
    void anUnknownIdOrRouteIsNotFound(String path, String code) {
        API.get(path).isProblem(404, code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'task_type':'simulated','estimated_complexity':0} | OUT_OF_RANGE | /estimated_complexity",
                "{'task_type':'simulated','estimated_complexity':1e400} | OUT_OF_RANGE | /estimated_complexity",
                "{'task_type':'simulated','timeout':'PT0S'} | OUT_OF_RANGE | /timeout",
                "{'task_type':'simulated','timeout':'-PT5M'} | OUT_OF_RANGE | /timeout",
                "{'task_type':'simulated','timeout':'P8D'} | OUT_OF_RANGE | /timeout",
                "{'task_type':'simulated','timeout':'10 minutes'} | INVALID_VALUE | /timeout",
                "{'task_type':'simulated','priority':'URGENT'} | INVALID_VALUE | /priority",
                "{'task_type':'Simulated'} | INVALID_VALUE | /task_type",
                "{'task_type':''} | INVALID_VALUE | /task_type",
                "{'task_type':'simulated','retry':{'max_attempts':0}} | OUT_OF_RANGE | /retry/max_attempts",
                "{'task_type':'simulated','retry':{'max_attempts':99999999999}} | OUT_OF_RANGE | /retry/max_attempts",
                "{'task_type':'simulated','retry':{'backoff_coefficient':0.5}} | OUT_OF_RANGE | /retry/backoff_coefficient",
                "{'task_type':'simulated','retry':{'initial_interval':'PT2M','max_interval':'PT1M'}} | OUT_OF_RANGE | /retry/max_interval",
                "{'task_type':'simulated','retry':{'non_retryable_codes':['a b']}} | INVALID_VALUE | /retry/non_retryable_codes/0",
                "{'task_type':'simulated','labels':{'a=b':'c'}} | INVALID_VALUE | /labels/a=b",
                "{'task_type':'simulated','payload':{'a':'\\u0000'}} | INVALID_VALUE | /payload/a",
                "{'task_type':'simulated','payload':{'a':['\\ud800']}} | INVALID_VALUE | /payload/a/0",
                "{'task_type':'simulated','payload':{'\\u0000':1}} | INVALID_VALUE | /payload",
            })
    void aValueOutOfItsRangeIsRefused(String body, String code, String pointer) {
        task(body).isProblem(422, code).at(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-P1D", "P8D", "-pt5m"})
    void aDurationOutOfItsRangeIsToldAsItWasSent(String duration) {
        task("{'task_type':'simulated','timeout':'%s'}".formatted(duration))
                .isProblem(422, "OUT_OF_RANGE")
                .saying("not " + duration);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnceAndWhatIsMalformedComesFirst() {
        Answer answer = dag(
                "{'priority':'URGENT','tasks':[{'key':'a b','task_type':'simulated','nope':1},{'key':'c','task_type':7}]}");
        answer.isProblem(400, "UNKNOWN_FIELD").at("/tasks/0/nope");
        assertThat(answer.json()
                        .path("errors")
                        .valueStream()
                        .map(e -> e.path("pointer").asString()))
                .containsExactlyInAnyOrder("/tasks/0/nope", "/tasks/1/task_type", "/priority", "/tasks/0/key");
    }

    @Test
    void moreProblemsThanAnybodyReadsAreCounted() {
        String items = IntStream.range(0, 500)
                .mapToObj(n -> "{'key':'k%d','task_type':'simulated','x':1}".formatted(n))
                .collect(Collectors.joining(","));
        Answer answer = dag("{'tasks':[%s]}".formatted(items)).isProblem(400, "UNKNOWN_FIELD");
        assertThat(answer.json().path("errors").size()).isEqualTo(100);
        assertThat(answer.json().path("errors_omitted").asInt()).isEqualTo(400);
    }

    private static String item(String key, String dependsOn) {
        return "{'key':'%s','task_type':'simulated','depends_on':[%s]}".formatted(key, dependsOn);
    }

    private static String items(int count) {
        return IntStream.range(0, count).mapToObj(n -> item("k" + n, "")).collect(Collectors.joining(","));
    }

    private static Answer batch(int count) {
        return API.post("/v1/tasks/batch", quoted("{'tasks':[%s]}".formatted(items(count))));
    }

    private static Answer task(String json) {
        return API.post("/v1/tasks", quoted(json));
    }

    private static Answer dag(String json) {
        return API.post("/v1/dags", quoted(json));
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }
}
