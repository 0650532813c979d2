package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Queues, against an API of a few lines. */
class QueuesVerbIT extends AgainstFakeApi {
    @Test
    void queuesAreListedWithTheirCapacity() {
        String list = """
                {"queues":  [{"agent_type": "a", "priority": "HIGH", "depth": 12, "in_flight": 3, "slots": 4, "slots_in_use": 2,
                 "oldest_waiting_since": "2026-01-01T00:00:00Z"},
                 {"agent_type": "b", "priority": "LOW", "depth": 0, "in_flight": 1, "slots": 0, "slots_in_use": 0}],
                 "complete": true}""";
        api.answers("GET /v1/queues", 200, list);

        assertThat(terminal.orchestrator("queues")).isZero();
        assertThat(terminal.out().lines())
                .hasSize(3)
                .anyMatch(line -> line.matches("a +HIGH +12 +2026-01-01T00:00:00Z +3 +2/4 *"))
                .anyMatch(line -> line.matches("b +LOW +0 +- +1 +0/0 *"));
        terminal.takeOut();
        assertThat(terminal.orchestrator("queues", "--json")).isZero();
        assertThat(terminal.out()).isEqualTo(list);
    }

    @Test
    void saysThatSubmissionsAreShed() {
        String capacity = """
                {"open_tasks": 9, "max_open_tasks": 10, "parked_tasks": 1, "max_parked_tasks": 20, "shedding": true}""";
        api.answers(
                "GET /v1/queues",
                200,
                "{\"queues\": [], \"complete\": true, \"shedding\": true, \"capacity\": %1$s, \"tenant_capacity\": %1$s}"
                        .formatted(capacity));

        assertThat(terminal.orchestrator("queues")).isZero();

        assertThat(terminal.out())
                .contains("Shedding", "Open: 9 of 10 tasks, parked: 1 of 20; of this tenant: 9 of 10");
    }

    @Test
    void saysThatNothingWaitsAndThatMoreMay() {
        api.answers("GET /v1/queues", 200, "{\"queues\": [], \"complete\": false}");

        assertThat(terminal.orchestrator("queues")).isZero();

        assertThat(terminal.out()).isEqualTo("""
                        No task waits for an agent, and none is at one.
                        There are more tasks than can be counted in time: there may be more of each.
                        """);
    }
}
