package io.agentorchestrator.sdk.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RegistrationTest {
    private static final AgentDescription AGENT =
            new AgentDescription(List.of("t"), "127.0.0.1:1", 1, 0, "1", null, Map.of());

    @Test
    void whateverAHeartbeatThrowsTheNextIsSent() {
        AtomicInteger asked = new AtomicInteger();
        try (FakeRegistry registry = new FakeRegistry();
                Registration registration = Registration.start(registry.uri(), AGENT, null, () -> {
                    if (asked.incrementAndGet() <= 2) {
                        throw new IllegalStateException("a mistake");
                    }
                    return 0;
                })) {
            await().until(() -> !registry.calls("PUT").isEmpty());

            assertThat(registration.identity()).isNotNull();
        }
    }
}
