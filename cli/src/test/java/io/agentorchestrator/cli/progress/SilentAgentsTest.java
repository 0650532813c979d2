package io.agentorchestrator.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.client.Answers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SilentAgentsTest {
    private final SilentAgents silent = new SilentAgents(Runs.TEN_SECONDS_IN);

    private static Answers.Agent agent(String id, String state, String connection) {
        return Runs.answer("""
                        {"agent_id": "%s", "state": "%s", "last_heartbeat_at": "2025-12-31T23:59:36Z",
                         "connection": {"state": "%s", "detail": "no answer"}}""".formatted(id, state, connection)).as(Answers.Agent.class);
    }

    @Test
    void tellsOfAgentsThatAreNotHeardOfAndOfThoseThatWorkersCannotSpeakTo() {
        List<String> lines = silent.lines(
                Set.of("lost", "mute"),
                List.of(
                        agent("lost", "LOST", "SILENT"),
                        agent("mute", "READY", "SILENT"),
                        agent("other", "LOST", "SILENT")));

        assertThat(lines)
                .hasSize(2)
                .anyMatch(line ->
                        line.startsWith("Agent lost has not been heard of for 34 s, since 2025-12-31T23:59:36Z."))
                .anyMatch(
                        line -> line.startsWith("Agent mute runs, but workers cannot speak to it (SILENT: no answer)."))
                .allMatch(line -> line.contains("else at another agent"));
    }

    @Test
    void saysNothingOfThoseThatAreWellOrNotKnown() {
        assertThat(silent.lines(
                        Set.of("a", "b", "gone"),
                        List.of(agent("a", "READY", "CONNECTED"), agent("b", "DRAINING", "NOT_TRIED"))))
                .isEmpty();
    }

    @Test
    void tellsOfSoManyOnly() {
        List<Answers.Agent> agents = IntStream.range(0, 50)
                .mapToObj(n -> agent("a" + n, "LOST", "SILENT"))
                .toList();

        assertThat(silent.lines(
                        new TreeSet<>(
                                agents.stream().map(Answers.Agent::agentId).toList()),
                        agents))
                .hasSize(SilentAgents.MAX_TOLD);
    }

    @Test
    void agentsAtWorkAreThoseOfRunningTasks() {
        assertThat(SilentAgents.atWork(Runs.read("""
                        {"dag_id": "d1", "status": "RUNNING", "tasks": [
                          {"key": "a", "status": "RUNNING", "agent_id": "one"}, {"key": "b", "status": "RUNNING"},
                          {"key": "c", "status": "COMPLETED", "agent_id": "two"}]}"""))).containsExactly("one");
    }
}
