package io.agentorchestrator.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.sdk.registration.Identity;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProofsTest {
    private static final Identity IDENTITY = new Identity("agent-1", "a secret with ümlauts");
    private static final Hello HELLO = FakeWorker.hello(IDENTITY, 1_700_000_000_000L);
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    /** The expected values were computed with Python's hmac and hashlib. */
    @Test
    void computesTheProofsOfTheProtocol() {
        assertThat(HexFormat.of().formatHex(Proofs.hello(IDENTITY, HELLO)))
                .isEqualTo("41d355fab848178e9bb11650d0eddb871c1ab76417251e6ce1658fb870e7c4d7");
        assertThat(HexFormat.of().formatHex(Proofs.welcome(IDENTITY, HELLO.getChallenge())))
                .isEqualTo("5339d4d2abe5cb3fc6022de2af0491a7668091f80f9f60f11abe629d9f7f35f9");
    }

    @Test
    void believesAProperHello() {
        assertThat(Proofs.objection(HELLO, IDENTITY, NOW)).isEmpty();
        assertThat(Proofs.objection(HELLO, IDENTITY, NOW.plusSeconds(299))).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAHello() {
        assertThat(Proofs.objection(HELLO, IDENTITY, NOW.plusSeconds(301))).contains("clock");
        assertThat(Proofs.objection(
                        HELLO.toBuilder().setSentAtMillis(Long.MIN_VALUE).build(), IDENTITY, NOW))
                .contains("clock");
        assertThat(Proofs.objection(HELLO.toBuilder().setProtocolVersion(2).build(), IDENTITY, NOW))
                .contains("version 2");
        assertThat(Proofs.objection(HELLO, new Identity("agent-2", IDENTITY.credential()), NOW))
                .contains("not agent agent-1");
        assertThat(Proofs.objection(HELLO, new Identity("agent-1", "another secret"), NOW))
                .contains("proof");
        assertThat(Proofs.objection(HELLO.toBuilder().setWorkerId("worker-2").build(), IDENTITY, NOW))
                .contains("proof");
    }
}
