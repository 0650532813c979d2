package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanTask;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.AttemptEnd.Outcome;
import io.agentorchestrator.workflows.planner.Decision;
import io.agentorchestrator.workflows.planner.Event;
import io.agentorchestrator.workflows.planner.Planner;
import io.agentorchestrator.workflows.planner.PlannerSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunDetailsTest {
    private static final PlanTask TASK = new PlanTask(
            Priority.NORMAL, 1, new RetryPolicy(1, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), List.of()));

    @Test
    void saysHowManyAreWhereAndWhichRunAndWhichFailed() {
        Planner planner = planner(4);
        RunDetails details = new RunDetails(List.of("fetch", "parse", "sum`up"));
        fold(planner, details, new Event.Released(List.of(0, 1, 2, 3)));
        fold(
                planner,
                details,
                new Event.BatchReturned(1, List.of(failed(0, "BAD_INPUT", null)), List.of(3), List.of(), List.of()));

        assertThat(details.text(planner)).isEqualTo("""
                **1 of 4 tasks have ended**

                0 waiting, 0 ready, 2 in batches, 1 running, 0 backing off; 0 completed, 1 failed, 0 cancelled

                **Failed**

                - `fetch`: BAD_INPUT

                **In batches**

                - `parse`
                - `sum?up`

                **Running**

                - `task 3`""");
    }

    @Test
    void namesThatActivitiesTellGoBeforeKeys() {
        Planner planner = planner(1);
        RunDetails details = new RunDetails(List.of());
        fold(planner, details, new Event.Released(List.of(0)));
        fold(
                planner,
                details,
                new Event.BatchReturned(1, List.of(failed(0, "X", "0190-a-task")), List.of(), List.of(), List.of()));

        assertThat(details.text(planner)).contains("- `0190-a-task`: X");
    }

    @Test
    void deadlinesArePutDownToTheTasksThatPassedThem() {
        PlanTask twice = new PlanTask(
                Priority.NORMAL, 1, new RetryPolicy(2, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), List.of()));
        Planner planner =
                new Planner(Plan.ofGroup(Collections.nCopies(3, twice)), new PlannerSettings(1, 100, 100), (_, _) -> 0);
        RunDetails details = new RunDetails(List.of("fetch"));
        fold(planner, details, new Event.Released(List.of(0, 1, 2)));
        fold(
                planner,
                details,
                new Event.BatchReturned(1, List.of(failed(1, "X", "0190-a-task")), List.of(2), List.of(0), List.of()));
        fold(planner, details, new Event.DeadlinePassed(List.of(0, 1, 2)));
        fold(planner, details, new Event.Noticed(List.of(failed(2, "X", "0190-late")), List.of()));

        assertThat(details.text(planner))
                .contains(
                        "- `fetch`: DEADLINE_EXCEEDED",
                        "- `0190-a-task`: DEADLINE_EXCEEDED",
                        "- `0190-late`: DEADLINE_EXCEEDED");
    }

    @Test
    void largestRunWithTheLongestKeysStaysWithinTheBound() {
        int size = Limits.MAX_TASKS_PER_DAG;
        List<String> keys = IntStream.range(0, size)
                .mapToObj(task -> "\u20ac".repeat(Limits.MAX_KEY_LENGTH - 5) + "%05d".formatted(task))
                .toList();
        Planner planner = planner(size);
        RunDetails details = new RunDetails(keys);
        fold(
                planner,
                details,
                new Event.Released(IntStream.range(0, size).boxed().toList()));
        String code = "\u00dc".repeat(Limits.MAX_ERROR_CODE_LENGTH);
        for (int batch = 1; batch <= 50; batch++) {
            assertBounded(details.text(planner));
            int from = (batch - 1) * 100;
            List<AttemptEnd> ended = IntStream.range(from, from + 100)
                    .mapToObj(task -> failed(task, code, keys.get(task)))
                    .toList();
            fold(planner, details, new Event.BatchReturned(batch, ended, List.of(), List.of(), List.of()));
        }

        String text = details.text(planner);
        assertBounded(text);
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(18_000);
        assertThat(text)
                .startsWith("**5000 of 10000 tasks have ended**")
                .contains("`" + keys.getFirst() + "`: " + code, "`" + keys.get(5_000) + "`")
                .containsPattern("… and 49\\d\\d more\n\n\\*\\*In batches")
                .containsPattern("… and 49\\d\\d more$");
    }

    private static void assertBounded(String text) {
        assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(RunDetails.MAX_DETAILS_BYTES);
    }

    private static void fold(Planner planner, RunDetails details, Event event) {
        List<Event> events = List.of(event);
        List<Decision> decisions = planner.on(events);
        details.note(events, decisions);
    }

    private static AttemptEnd failed(int task, String code, String name) {
        return new AttemptEnd(task, 1, Outcome.FAILED, code, true, name);
    }

    private static Planner planner(int size) {
        return new Planner(
                Plan.ofGroup(Collections.nCopies(size, TASK)), new PlannerSettings(1, 100, 100), (_, _) -> 0);
    }
}
