package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Agents out of service and back, against an API of a few lines. */
class AgentVerbsIT extends AgainstFakeApi {
    private static final String WILD = "\\u001b]0;owned\\u0007\\nb";
    private static final String SHOWN = "\\u001b]0;owned\\u0007\\nb";

    @Test
    void agentsAreDrainedAndResumed() {
        api.answers("GET /v1/agents", 200, """
                {"agents": [{"agent_id": "a1", "state": "DRAINING", "agent_types": ["x"],
                 "drain": {"requested_at": "2026-01-01T00:00:00Z", "requested_by": "ann %s"}}]}""".formatted(WILD));
        api.answers("POST /v1/agents/a1/drain", 202, """
                {"agent_id": "a1", "state": "DRAINING",
                 "drain": {"requested_at": "2026-01-01T00:00:00Z", "requested_by": "ann"}}""");
        api.answers("POST /v1/agents/a1/resume", 202, "{\"agent_id\": \"a1\", \"state\": \"READY\"}");
        api.answers("POST /v1/agents/a%2F9/drain", 404, "{\"code\": \"AGENT_NOT_FOUND\", \"detail\": \"none\"}");

        assertThat(terminal.orchestrator("agents")).isZero();
        assertThat(terminal.out())
                .contains("a1: drained by ann " + SHOWN
                        + " at 2026-01-01T00:00:00Z, until ./orchestrator agents resume a1");
        terminal.takeOut();
        assertThat(terminal.orchestrator("agents", "drain", "a1")).isZero();
        assertThat(terminal.orchestrator("agents", "resume", "a1")).isZero();
        assertThat(terminal.out())
                .isEqualTo(
                        "a1 is DRAINING: drained by ann at 2026-01-01T00:00:00Z.\na1 is READY, and nobody drains it.\n");
        assertThat(terminal.orchestrator("agents", "drain", "a/9")).isEqualTo(1);
        assertThat(terminal.err()).contains("knows no agent `a/9`");
        assertThat(terminal.orchestrator("agents", "drain")).isEqualTo(2);
    }
}
