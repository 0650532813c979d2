package io.agentorchestrator.api.submission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DagPlanningTest {

    @Test
    void thePlanHasWhatThePlannerNeeds() {
        PlannedDag planned = plan("""
                {'on_failure': 'FAIL_FAST', 'priority': 'LOW', 'defaults': {'task_type': 't', 'retry': {'max_attempts': 2}},
                 'tasks': [{'key': 'a', 'priority': 'CRITICAL'}, {'key': 'b', 'depends_on': ['a'], 'estimated_complexity': 2}]}
                """);

        Plan plan = PlanCodec.decode(planned.plan());
        assertThat(plan.onFailure().name()).isEqualTo("FAIL_FAST");
        assertThat(Priority.ofKey(plan.priorities()[0]).name()).isEqualTo("CRITICAL");
        assertThat(Priority.ofKey(plan.priorities()[1]).name()).isEqualTo("LOW");
        assertThat(plan.policyFor(1).maxAttempts()).isEqualTo(2);
        assertThat(plan.complexities()).containsExactly(1f, 2f);
        assertThat(plan.parents()[1]).containsExactly(0);
    }

    @Test
    void templatesMayReferToDistantAncestors() {
        PlannedDag planned = plan("""
                {'defaults': {'task_type': 't'}, 'tasks': [
                  {'key': 'c', 'depends_on': ['b'], 'payload': {'x': '${tasks.a.result.y}', 'z': '${tasks.b.result}'}},
                  {'key': 'b', 'depends_on': ['a']}, {'key': 'a', 'payload': {'literal': '$${HOME}'}}]}
                """);

        assertThat(planned.withTemplates().stream()).containsExactly(0, 2);
    }

    @Test
    void templatesMayNotReferToTasksBesideOrBehindOrThemselves() {
        assertThatThrownBy(() -> plan("""
                        {'defaults': {'task_type': 't'}, 'tasks': [
                          {'key': 'a', 'payload': {'x': '${tasks.b.result}'}},
                          {'key': 'b', 'depends_on': ['a'], 'payload': {'x': '${tasks.c.result} and ${tasks.b.result}'}},
                          {'key': 'c', 'depends_on': ['a']}]}
                        """)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.BAD_TEMPLATE);
            assertThat(problem.findings())
                    .extracting(ValidationError::pointer)
                    .containsExactly("/tasks/0/payload/x", "/tasks/1/payload/x", "/tasks/1/payload/x");
        });
    }

    @Test
    void escapesAreNoReferencesHoweverDeep() {
        PlannedDag planned = plan("""
                {'tasks': [{'key': 'a', 'task_type': 't', 'payload': {'x': [{'y': '$${inputs.nope} $${tasks.b.result} $${'}]}}]}
                """);

        assertThat(planned.withTemplates().stream()).containsExactly(0);
    }

    @Test
    void everyAcceptedKeyAndInputCanBeReferredTo() {
        PlannedDag planned = plan("""
                {'defaults': {'task_type': 't'}, 'inputs': {'0-a_b': {'x.y': 1}}, 'tasks': [
                  {'key': 'a'}, {'key': 'a.result'}, {'key': 'a.b-c_D'},
                  {'key': 'z', 'depends_on': ['a', 'a.result', 'a.b-c_D'], 'payload': {'x': [
                    '${tasks.a.result.result}', '${tasks["a.result"].result}', '${tasks.a.b-c_D.result}', '${inputs.0-a_b["x.y"]}']}}]}
                """.replace("\"", "\\'"));

        assertThat(planned.withTemplates().stream()).containsExactly(3);
    }

    @Test
    void whatIsNotThereIsToldAtOnce() {
        assertThatThrownBy(() -> plan("""
                        {'defaults': {'task_type': 't'}, 'inputs': {'n': {'a': [1]}}, 'tasks': [
                          {'key': 'x.result'},
                          {'key': 'b', 'depends_on': ['x.result'], 'payload': {
                            'path': '${inputs.n.b}', 'element': '${inputs.n.a.1}', 'task': '${tasks.x.result}', 'open': 'a ${inputs.n'}}]}
                        """)).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.BAD_TEMPLATE);
            assertThat(problem.findings())
                    .extracting(ValidationError::message)
                    .satisfiesExactlyInAnyOrder(
                            path -> assertThat(path).contains("inputs.n has no 'b': it is an object with a"),
                            element -> assertThat(element).contains("inputs.n.a has no '1': it is an array of 1"),
                            task -> assertThat(task).contains("there is no task 'x'", "${tasks['x.result'].result}"),
                            open -> assertThat(open).contains("is not closed", "$${"));
        });
    }

    @Test
    void aBadTemplateInTheDefaultsIsToldWhereItStands() {
        assertThatThrownBy(() -> plan("""
                        {'defaults': {'task_type': 't', 'payload': {'x': '${nope}'}}, 'tasks': [{'key': 'a'}, {'key': 'b'}]}
                        """))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.findings())
                                .extracting(ValidationError::pointer)
                                .containsExactly("/defaults/payload/x"));
    }

    @Test
    void aPayloadOfItsOwnReplacesTheDefault() {
        DagSpec spec = read("""
                {'defaults': {'task_type': 't', 'payload': {'x': 1}, 'labels': {'a': '1', 'b': '1'}},
                 'tasks': [{'key': 'a', 'payload': {'y': 2}, 'labels': {'b': '2'}}, {'key': 'b'}]}
                """);

        assertThat(spec.tasks().get(0).fields().payloadOrEmpty().json()).isEqualTo("{\"y\":2}");
        assertThat(spec.tasks().get(1).fields().payloadOrEmpty().json()).isEqualTo("{\"x\":1}");
        assertThat(spec.tasks().get(0).fields().labelsOrNone())
                .containsEntry("a", "1")
                .containsEntry("b", "2");
    }

    private static PlannedDag plan(String json) {
        return DagPlanning.plan(read(json), new PathPolicy(TypeTimes.NONE, true, true));
    }

    private static DagSpec read(String json) {
        return SubmissionReader.dag(
                JsonDocument.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), Instant.EPOCH);
    }
}
