package io.agentorchestrator.api.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionState;
import io.agentorchestrator.store.agent.AgentConnectionStore;
import io.agentorchestrator.store.run.WorkerStore;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Who may register agents, where these may be, and what the store knows of their secrets. */
class WhoMayIT {
    private static final TestApi API = TestApi.start(
            "--orchestrator.redis.url=redis://127.0.0.1:16379",
            "--orchestrator.temporal.address=127.0.0.1:17233",
            "--orchestrator.agents.reserved-addresses=127.0.0.1:18081");

    @AfterAll
    static void stop() {
        API.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-a:1",
                "256.256.256.256:1",
                "0x7f000001:1",
                "2852039166:80",
                "169.254.169.254:80",
                "[fe80::1]:1",
                "[::ffff:169.254.169.254]:80",
                "[fd00:ec2::254]:80",
                "0.0.0.0:1",
                "224.0.0.1:1",
                "255.255.255.255:1",
                "8.8.8.8:53",
                "127.0.0.1:16379",
                "localhost:16379",
                "127.0.0.1:17233",
                "127.1.2.3:18081",
            })
    void anAddressThatNoAgentHasIsRefusedByName(String address) {
        Answer refused = register(API, "refused", address).isProblem(422, "INVALID_VALUE");

        refused.at("/address");
        assertThat(refused.json().at("/errors/0/message").asString()).isNotEmpty();
    }

    @Test
    void ourOwnPostgresqlIsNoAgent() {
        URI database = URI.create(API.database().jdbcUrl().substring("jdbc:".length()));

        Answer refused =
                register(API, "refused", "127.0.0.1:" + database.getPort()).isProblem(422, "INVALID_VALUE");

        assertThat(refused.text()).contains("PostgreSQL listens at", "register the port on which the agent listens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9000", "[::1]:9000", "10.1.2.3:9000", "agent-7.invalid:9000"})
    void othersAreTaken(String address) {
        register(API, "at-" + address.replaceAll("[^a-z0-9]", "-"), address).isOk(201);
    }

    @Test
    void networksCanBeAllowed() {
        try (TestApi api = TestApi.start("--orchestrator.agents.allowed-networks=203.0.113.0/24,10.0.0.0/8")) {
            register(api, "a", "203.0.113.7:1").isOk(201);
            register(api, "b", "10.0.0.1:1").isOk(201);
            assertThat(register(api, "c", "192.168.0.1:1")
                            .isProblem(422, "INVALID_VALUE")
                            .text())
                    .contains("orchestrator.agents.allowed-networks");
            register(api, "d", "169.254.169.254:1").isProblem(422, "INVALID_VALUE");
        }
    }

    @Test
    void byDefaultItListensOnLoopbackOnlyAndElsewhereNotWithoutAToken() throws Exception {
        URI uri = URI.create(API.url());
        try (Socket other = new Socket()) {
            // All of 127.0.0.0/8 is this machine's: who listens on all addresses answers there.
            assertThatThrownBy(() -> other.connect(new InetSocketAddress("127.0.0.2", uri.getPort()), 2_000))
                    .isInstanceOf(ConnectException.class);
        }
        assertThatThrownBy(() -> TestApi.startUnready(API.database(), "--server.address=0.0.0.0"))
                .hasStackTraceContaining("ORCHESTRATOR_AGENTS_ENROLMENT_TOKEN");
    }

    @Test
    void aStrangerWithoutTheTokenHasNoNamesResolved() {
        try (TestApi api = TestApi.start(
                "--server.address=0.0.0.0", "--orchestrator.agents.enrolment-token=a token of this test")) {
            register(api, "a", "169.254.169.254:1").isProblem(401, "UNAUTHORIZED");
            register(api, "a", "10.0.0.1:1", "Authorization", "Bearer a token of this test")
                    .isOk(201);
        }
    }

    @Test
    void whatIsStoredIsNoKey() throws Exception {
        String credential = register(API, "secret", "127.0.0.1:9000")
                .isOk(201)
                .json()
                .path("credential")
                .asString();
        byte[] proofKey = MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));

        Map<String, Object> row = API.database()
                .client()
                .sql("select * from agent where agent_id = 'secret'")
                .query()
                .singleRow();

        assertThat(row.values())
                .noneMatch(value -> value instanceof byte[] bytes
                        && (Arrays.equals(bytes, proofKey)
                                || Arrays.equals(bytes, credential.getBytes(StandardCharsets.UTF_8))))
                .noneMatch(value -> value instanceof String text && text.contains(credential));
        byte[] salt = (byte[]) row.get("credential_salt");
        for (byte[] guess : List.of(salt, MessageDigest.getInstance("SHA-256").digest(salt))) {
            String presented = Base64.getUrlEncoder().withoutPadding().encodeToString(guess);
            API.put("/v1/agents/secret/heartbeat", "{}", "Authorization", "Bearer " + presented)
                    .isProblem(401, "UNAUTHORIZED");
        }
        API.put("/v1/agents/secret/heartbeat", "{}", "Authorization", "Bearer " + credential)
                .isOk(200);
    }

    @Test
    void anAgentThatCannotBeSpokenToSaysSo() {
        register(API, "mute", "127.0.0.1:9000").isOk(201);
        assertThat(listed("mute").at("/connection/state").asString()).isEqualTo("NOT_TRIED");
        new WorkerStore(API.database().dataSource()).heartbeat("worker-1");

        new AgentConnectionStore(API.database().dataSource())
                .write(
                        "worker-1",
                        List.of(new AgentConnection(
                                "mute",
                                AgentConnectionState.REFUSED,
                                Instant.parse("2030-01-01T00:00:00Z"),
                                "nobody \u001b[2Jlistens")));

        assertThat(listed("mute").path("connection").toString())
                .isEqualTo(
                        "{\"state\":\"REFUSED\",\"since\":\"2030-01-01T00:00:00Z\",\"detail\":\"nobody \\\\u001b[2Jlistens\"}");
    }

    @Test
    void anAgentMayServeSomeTenantsOnly() {
        API.post(
                        "/v1/agents",
                        "{\"agent_id\":\"ours\",\"agent_types\":[\"x\"],\"address\":\"127.0.0.1:9000\",\"max_concurrent_tasks\":1,\"serves_tenants\":[\"us\",\"them\"]}",
                        "Orchestrator-Tenant",
                        "us")
                .isOk(201);

        assertThat(API.get("/v1/agents", "Orchestrator-Tenant", "them").text())
                .contains("\"serves_tenants\":[\"us\",\"them\"]");
        assertThat(API.get("/v1/agents", "Orchestrator-Tenant", "others").text())
                .doesNotContain("\"ours\"");
        API.post(
                        "/v1/agents",
                        "{\"agent_types\":[\"x\"],\"address\":\"127.0.0.1:9000\",\"max_concurrent_tasks\":1,\"serves_tenants\":[\"No\"]}")
                .isProblem(422, "INVALID_VALUE")
                .at("/serves_tenants/0");
    }

    private static JsonNode listed(String id) {
        return API.get("/v1/agents")
                .isOk(200)
                .json()
                .path("agents")
                .valueStream()
                .filter(agent -> agent.path("agent_id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Answer register(TestApi api, String id, String address, String... headers) {
        return api.post(
                "/v1/agents",
                "{\"agent_id\":\"%s\",\"agent_types\":[\"x\"],\"address\":\"%s\",\"max_concurrent_tasks\":1}"
                        .formatted(id, address),
                headers);
    }
}
