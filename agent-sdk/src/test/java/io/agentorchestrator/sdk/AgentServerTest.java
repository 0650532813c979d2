package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.sdk.registration.FakeRegistry;
import io.agentorchestrator.sdk.registration.Identity;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AgentServerTest {
    private final CountDownLatch letGo = new CountDownLatch(1);

    @Test
    void registersAndSendsHeartbeats() throws IOException {
        try (FakeRegistry registry = new FakeRegistry();
                AgentServer agent = start(registry.uri(), null, Duration.ofSeconds(5))) {
            await().until(() -> registry.calls("PUT").size() >= 2);

            assertThat(Json.parse(registry.calls("POST").getFirst().body()))
                    .isEqualTo(Json.parse("""
                    {"agent_types":["first","second"],"address":"127.0.0.1:%d","max_concurrent_tasks":2,
                     "cost_factor":1.5,"version":"1.0","region":"eu","labels":{"gpu":"yes"}}""".formatted(agent.port())));
            FakeRegistry.Call heartbeat = registry.calls("PUT").getFirst();
            assertThat(heartbeat.path()).isEqualTo("/v1/agents/agent-1/heartbeat");
            assertThat(heartbeat.authorization()).isEqualTo("Bearer secret-of-agent-1");
            assertThat(Json.parse(heartbeat.body())).isEqualTo(Json.parse("""
                    {"active_tasks":0,"max_concurrent_tasks":2,"state":"READY"}"""));
            assertThat(agent.agentId()).isEqualTo("agent-1");
        }
    }

    @Test
    void showsItsEnrolmentToken() throws IOException {
        try (FakeRegistry registry = new FakeRegistry();
                AgentServer agent = start(registry.uri(), "let-me-in", Duration.ZERO)) {
            await().until(() -> agent.agentId() != null);

            assertThat(registry.calls("POST").getFirst().authorization()).isEqualTo("Bearer let-me-in");
        }
    }

    @Test
    void keepsTryingWhileTheApiIsAwayAndServesMeanwhile() throws IOException {
        int port;
        try (FakeRegistry gone = new FakeRegistry()) {
            port = gone.port();
        }
        try (AgentServer agent = start(URI.create("http://127.0.0.1:" + port), null, Duration.ZERO)) {
            assertThat(health(agent)).isEqualTo(ServingStatus.SERVING);
            assertThat(agent.agentId()).isNull();
            try (FakeRegistry registry = new FakeRegistry(port)) {
                registry.failNext(2);

                await().until(() -> agent.agentId() != null);
                assertThat(registry.calls("POST")).hasSize(3);
            }
        }
    }

    @Test
    void registersAnewWhenTheApiHasForgottenIt() throws IOException {
        try (FakeRegistry registry = new FakeRegistry();
                AgentServer agent = start(registry.uri(), null, Duration.ZERO)) {
            await().until(() -> "agent-1".equals(agent.agentId()));

            registry.forgetAll();

            await().until(() -> "agent-2".equals(agent.agentId()));
            try (FakeWorker worker = FakeWorker.welcomed(agent.port(), new Identity("agent-2", "secret-of-agent-2"))) {
                assertThat(worker.heardSoFar()).isEmpty();
            }
        }
    }

    @Test
    void outlivesFailedHeartbeats() throws IOException {
        try (FakeRegistry registry = new FakeRegistry();
                AgentServer agent = start(registry.uri(), null, Duration.ZERO)) {
            await().until(() -> !registry.calls("PUT").isEmpty());
            int before = registry.calls("PUT").size();
            registry.failNext(3);

            await().until(() -> registry.calls("PUT").size() >= before + 5);
            assertThat(agent.agentId()).isEqualTo("agent-1");
        }
    }

    @Test
    void drainsBeforeItStops() throws IOException {
        try (FakeRegistry registry = new FakeRegistry()) {
            AgentServer agent = start(registry.uri(), null, Duration.ofSeconds(30));
            await().until(() -> agent.agentId() != null);
            Identity identity = new Identity("agent-1", "secret-of-agent-1");
            try (FakeWorker worker = FakeWorker.welcomed(agent.port(), identity)) {
                TaskRef running = ref(1);
                worker.start(task(running, "first"));
                worker.await(MessageCase.ACCEPTED);

                CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);
                await().until(() -> health(agent) == ServingStatus.NOT_SERVING);
                await().until(() -> registry.calls("PUT").stream()
                        .anyMatch(call -> call.body().contains("DRAINING")));
                worker.start(task(ref(1), "first"));
                assertThat(worker.await(MessageCase.REFUSED).getRefused().getReason())
                        .isEqualTo(RefusalReason.REFUSAL_REASON_SHUTTING_DOWN);
                assertThat(registry.calls("DELETE")).isEmpty();

                letGo.countDown();
                worker.await(MessageCase.RESULT);
                worker.acknowledge(running);
                closing.join();

                assertThat(worker.awaitEnd()).isNull();
                assertThat(registry.calls("DELETE"))
                        .extracting(FakeRegistry.Call::path)
                        .containsExactly("/v1/agents/agent-1");
            }
        }
    }

    @Test
    void cancelsWhatDoesNotEndInTime() throws IOException {
        try (FakeRegistry registry = new FakeRegistry()) {
            AgentServer agent = start(registry.uri(), null, Duration.ofMillis(100));
            await().until(() -> agent.agentId() != null);
            Identity identity = new Identity("agent-1", "secret-of-agent-1");
            try (FakeWorker worker = FakeWorker.welcomed(agent.port(), identity)) {
                TaskRef running = ref(1);
                worker.start(task(running, "first"));
                worker.await(MessageCase.ACCEPTED);

                CompletableFuture<Void> closing = CompletableFuture.runAsync(agent::close);

                Error error = worker.await(MessageCase.ERROR).getError();
                assertThat(error.getCode()).isEqualTo("CANCELLED");
                assertThat(error.getRetryable()).isTrue();
                worker.acknowledge(running);
                closing.join();
            }
        }
    }

    @Test
    void rejectsOptionsThatCannotWork() {
        URI api = URI.create("http://127.0.0.1:1");
        assertThatThrownBy(() -> AgentOptions.local(api, 0)).hasMessageContaining("max-concurrent-tasks");
        SequencedMap<String, TaskHandler> handlers = new LinkedHashMap<>();
        handlers.put("Not A Type", _ -> null);
        assertThatThrownBy(() -> AgentServer.start(AgentOptions.local(api, 1), handlers))
                .hasMessageContaining("Not A Type");
    }

    private AgentServer start(URI registry, String token, Duration drain) throws IOException {
        SequencedMap<String, TaskHandler> handlers = new LinkedHashMap<>();
        handlers.put("first", _ -> {
            letGo.await();
            return "done";
        });
        handlers.put("second", TaskContext::payload);
        return AgentServer.start(
                new AgentOptions(
                        registry,
                        "127.0.0.1",
                        0,
                        2,
                        1.5,
                        "eu",
                        "1.0",
                        token,
                        drain,
                        HandlerThreads.VIRTUAL,
                        Map.of("gpu", "yes")),
                handlers);
    }

    private static ServingStatus health(AgentServer agent) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }
}
