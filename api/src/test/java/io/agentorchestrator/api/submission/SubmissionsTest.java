package io.agentorchestrator.api.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.setting.FeatureFlag;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Origin;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.workflows.forecast.TypeTime;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SubmissionsTest {
    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
    /** Longest remaining paths by complexity: a 11, d 10, b 5, c 3. */
    private static final String DAG = """
            {'defaults': {'task_type': 't'}, 'tasks': [
              {'key': 'c', 'estimated_complexity': 3}, {'key': 'a'}, {'key': 'b', 'estimated_complexity': 5},
              {'key': 'd', 'task_type': 'u', 'depends_on': ['a'], 'estimated_complexity': 10}]}
            """;

    private final Map<String, StoredSetting> stored = new HashMap<>();
    private final LiveSettings settings = new LiveSettings(() -> stored);

    @Test
    void idsAscendFromTheLongestRemainingPath() {
        Submission submission = submit(DAG, TypeTimes.NONE);

        assertThat(byId(submission)).containsExactly("a", "d", "b", "c");
        assertThat(dag(submission).pathMillis()).containsExactly(3_000, 11_000, 5_000, 10_000);
        assertThat(dag(submission).criticalPath()).containsExactly("a", "d");
        assertThat(dag(submission).criticalPathSigma()).isNull();
    }

    @Test
    void measuredTimesCountPerUnitOfComplexity() {
        TypeTimes times = new TypeTimes(Map.of("u", new TypeTime(0.1, 0.0001, 100), "t", new TypeTime(2, 0.01, 100)));
        Submission submission = submit(DAG, times);

        assertThat(byId(submission)).containsExactly("b", "c", "a", "d");
        assertThat(dag(submission).pathMillis()).containsExactly(6_000, 3_000, 10_000, 1_000);
        assertThat(PlanCodec.decode(dag(submission).plan()).complexities()).containsExactly(6, 2, 10, 1);
        assertThat(dag(submission).criticalPath()).containsExactly("b");
        assertThat(dag(submission).criticalPathSeconds()).isEqualTo(10);
        assertThat(dag(submission).criticalPathSigma()).isPositive();
    }

    @Test
    void withTheFlagOffTheOrderIsThatOfTheDocument() {
        off(FeatureFlags.DAG_OPTIMIZATION);
        Submission submission = submit(DAG, TypeTimes.NONE);

        assertThat(byId(submission)).containsExactly("c", "a", "b", "d");
        assertThat(dag(submission).pathMillis()).containsOnly(0);
        assertThat(PlanCodec.decode(dag(submission).plan()).complexities()).containsOnly(0);
        assertThat(dag(submission).criticalPath()).containsExactly("a", "d");
    }

    @Test
    void withTheOtherFlagOffTheCriticalPathIsToldByComplexityAndNoDeadlineIsAtRisk() {
        off(FeatureFlags.CRITICAL_PATH_ANALYSIS);
        TypeTimes times = new TypeTimes(Map.of("t", new TypeTime(100, 0, 100), "u", new TypeTime(0.1, 0, 100)));
        String late = DAG.replace("{'defaults'", "{'deadline': '2026-12-01T10:00:05Z', 'defaults'");
        Submissions submissions = submissions(times);

        assertThat(dag(submit(late, times)).criticalPath()).containsExactly("a", "d");
        assertThat(submissions.warnings(submissions.plan(read(late)))).isEmpty();
    }

    @Test
    void deadlinesThatMeasuredTimesCannotMeetAreWarnedOf() {
        TypeTimes times = new TypeTimes(Map.of("t", new TypeTime(2, 0.01, 100)));
        Submissions submissions = submissions(times);
        String dag = """
                {'deadline': '2026-12-01T10:00:05Z', 'defaults': {'task_type': 't'}, 'tasks': [
                  {'key': 'a', 'deadline': '2026-12-01T10:00:01Z'}, {'key': 'b', 'depends_on': ['a'], 'estimated_complexity': 2},
                  {'key': 'c', 'task_type': 'never-measured', 'estimated_complexity': 1000}]}
                """;

        List<Warning> warnings = submissions.warnings(submissions.plan(read(dag)));

        assertThat(warnings).extracting(Warning::pointer).containsExactly("/deadline", "/tasks/0/deadline");
        assertThat(warnings).extracting(Warning::code).containsOnly(Warning.Code.DEADLINE_AT_RISK);
        assertThat(submissions.warnings(submissions.plan(read(dag.replace("10:00:05", "10:00:09")))))
                .hasSize(1);
    }

    private void off(FeatureFlag flag) {
        stored.put(flag.setting().name(), new StoredSetting("off", NOW, "test"));
        boolean _ = settings.refresh();
    }

    private Submission submit(String json, TypeTimes times) {
        Submissions submissions = submissions(times);
        return submissions.ofDag(new Origin("t", "p", "r", null, null), submissions.plan(read(json)));
    }

    private Submissions submissions(TypeTimes times) {
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        ExpectedTimes expected = new ExpectedTimes(() -> times, settings);
        expected.refresh();
        return new Submissions(new Uuid7(clock), clock, expected, new TaskLimits(new LiveLimits(List::of)));
    }

    private static NewDag dag(Submission submission) {
        return Objects.requireNonNull(submission.dag());
    }

    private static List<String> byId(Submission submission) {
        return submission.tasks().stream()
                .sorted(Comparator.comparing(task -> task.taskId().toString()))
                .map(NewTask::key)
                .toList();
    }

    private static DagSpec read(String json) {
        return SubmissionReader.dag(JsonDocument.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)), NOW);
    }
}
