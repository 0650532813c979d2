package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.client.Answers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskDescriptionTest {
    private static List<String> lines(int columns, String task) {
        return new TaskDescription(Runs.TEN_SECONDS_IN, columns)
                .lines(Runs.answer(task).as(Answers.Task.class), "http://api/v1/tasks/t1");
    }

    private static List<String> lines(String task) {
        return lines(Integer.MAX_VALUE, task);
    }

    @Test
    void tellsWhatATaskIsItsAttemptsWhereToLookAndInTheEndWhyItFailed() {
        String message = "m".repeat(700) + "\\u001b[31m";

        assertThat(lines("""
                        {"task_id": "t1", "dag_id": "d1", "key": "nightly", "task_type": "llm", "status": "FAILED", "priority": "HIGH",
                         "attempt": 2, "agent_id": "agent-2", "created_at": "2026-01-01T00:00:00Z",
                         "run_created_at": "2026-01-01T00:00:01Z", "queued_at": "2026-01-01T00:00:02Z",
                         "started_at": "2026-01-01T00:00:03Z", "ended_at": "2026-01-01T00:00:09Z", "deadline": "2026-01-01T01:00:00Z",
                         "attempts": [
                          {"number": 1, "agent_id": "agent-1", "started_at": "S1", "ended_at": "E1", "outcome": "FAILED",
                           "error": {"code": "AGENT_LOST", "message": "gone"}, "usage": {"cost_usd": 0.5}},
                          {"number": 2, "agent_id": "agent-2", "started_at": "S2", "ended_at": "E2", "outcome": "FAILED",
                           "error": {"code": "BAD_INPUT", "message": "%s"}}],
                         "placement": {"agent_id": "agent-2", "reason": "ONLY_AGENT", "detail": "the only agent"},
                         "checkpoint": {"at": "2026-01-01T00:00:08Z", "sequence": 7},
                         "usage": {"cost_usd": 12.000001, "input_tokens": 1200, "output_tokens": 300},
                         "dead_letter_entry_id": "1-0", "reprocessed_as": "t2", "payload": {"n": 12345678901234567.890},
                         "workflow": {"url": "http://ui/d1"}, "error": {"code": "BAD_INPUT", "message": "%s"}}""".formatted(message, message)))
                .containsExactly(
                        "nightly FAILED in 8.0 s",
                        "Task:         t1",
                        "DAG:          d1",
                        "Type:         llm",
                        "Priority:     HIGH",
                        "Created:      2026-01-01T00:00:00Z",
                        "In its run:   2026-01-01T00:00:01Z",
                        "Queued:       2026-01-01T00:00:02Z",
                        "Started:      2026-01-01T00:00:03Z",
                        "Ended:        2026-01-01T00:00:09Z",
                        "Deadline:     2026-01-01T01:00:00Z",
                        "Agent:        agent-2 (ONLY_AGENT): the only agent",
                        "Checkpoint:   7, at 2026-01-01T00:00:08Z",
                        "Used:         12.000001 USD, 1,200 tokens in, 300 out",
                        "Dead letter:  ./orchestrator dlq show 1-0",
                        "Made anew as: t2",
                        "",
                        "ATTEMPT  AGENT    STARTED  ENDED  OUTCOME  USED     ERROR",
                        "1        agent-1  S1       E1     FAILED   0.5 USD  AGENT_LOST: gone",
                        "2        agent-2  S2       E2     FAILED   -        BAD_INPUT: " + message,
                        "",
                        "Payload:      {\"n\":12345678901234567.890}",
                        "Temporal:     http://ui/d1",
                        "REST:         http://api/v1/tasks/t1",
                        "Error:        BAD_INPUT: " + message.replace("\\u001b", "\u001b"));
    }

    @Test
    void tellsWhatItWaitsForAndHowFarItIs() {
        assertThat(lines("""
                        {"task_id": "t1", "task_type": "llm", "status": "RUNNING", "created_at": "2026-01-01T00:00:00Z",
                         "agent_id": "agent-1", "waiting": {"reason": "NO_AGENT", "position": 1234, "detail": "none serves it"},
                         "progress": {"fraction": 0.415, "message": "page 4", "reported_at": "2026-01-01T00:00:07Z"}}"""))
                .containsExactly(
                        "llm RUNNING, 10 s so far",
                        "Task:         t1",
                        "Type:         llm",
                        "Created:      2026-01-01T00:00:00Z",
                        "Waiting:      NO_AGENT (place 1,234): none serves it",
                        "Agent:        agent-1",
                        "Progress:     42 % page 4, at 2026-01-01T00:00:07Z",
                        "REST:         http://api/v1/tasks/t1");
    }

    @Test
    void aLongResultIsCutAndSaysHowToSeeAll() {
        String fits = "x".repeat(TaskDescription.MAX_JSON_COLUMNS - 2);

        assertThat(lines("{\"result\": \"%s\"}".formatted(fits))).contains("Result:       \"" + fits + "\"");
        assertThat(lines("{\"result\": \"%sx\"}".formatted(fits)))
                .contains("Result:       \"" + fits + "… (--json has all of it)");
    }

    @Test
    void ofManyAttemptsTheLastAreShown() {
        String attempts = IntStream.rangeClosed(1, TaskDescription.MAX_ATTEMPTS + 3)
                .mapToObj("{\"number\": %d}"::formatted)
                .collect(Collectors.joining(","));

        List<String> lines = lines("{\"attempts\": [%s]}".formatted(attempts));

        assertThat(lines).contains("3 earlier attempts (--json has them), and");
        assertThat(lines.stream().filter(line -> line.matches("\\d+ +-.*")))
                .hasSize(TaskDescription.MAX_ATTEMPTS)
                .first()
                .asString()
                .startsWith("4 ");
    }

    @Test
    void anAttemptBreaksBetweenItsColumns() {
        assertThat(lines(40, """
                        {"attempts": [{"number": 1, "agent_id": "agent-1", "started_at": "2026-01-01T00:00:05Z", "outcome": "FAILED",
                         "error": {"code": "BAD_INPUT", "message": "no\\nsuch file"}}]}"""))
                .containsSubsequence(
                        "1        agent-1  2026-01-01T00:00:05Z", "  -      FAILED   -", "  BAD_INPUT: no\\nsuch file");
    }
}
