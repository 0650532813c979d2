package io.agentorchestrator.store.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCredentialsTest {
    private static final String KEY = "a key that is long enough for us";

    private final AgentCredentials credentials = new AgentCredentials(KEY);
    private final byte[] salt = AgentCredentials.newSalt();

    @Test
    void theSameKeyMakesTheSameCredentialEverywhere() {
        String credential = credentials.credential("agent", salt);

        assertThat(credential).hasSize(43);
        assertThat(new AgentCredentials(" " + KEY + "\n").credential("agent", salt))
                .isEqualTo(credential);
        assertThat(credentials.isCredential(credential, "agent", salt)).isTrue();
    }

    @Test
    void anotherKeySaltOrAgentMakesAnother() {
        String credential = credentials.credential("agent", salt);

        assertThat(new AgentCredentials(KEY + "!").credential("agent", salt)).isNotEqualTo(credential);
        assertThat(credentials.isCredential(credential, "agent", AgentCredentials.newSalt()))
                .isFalse();
        assertThat(credentials.isCredential(credential, "other", salt)).isFalse();
        assertThat(credentials.isCredential("", "agent", salt)).isFalse();
    }

    @Test
    void proofsAreKeyedByTheCredentialsHash() throws Exception {
        byte[] expected = MessageDigest.getInstance("SHA-256")
                .digest(credentials.credential("agent", salt).getBytes(StandardCharsets.UTF_8));

        assertThat(credentials.proofKey("agent", salt)).isEqualTo(expected).isNotEqualTo(salt);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "   ", "short", "                                   short"})
    void aKeyIsNeededAndNamed(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AgentCredentials(key))
                .withMessageContaining("ORCHESTRATOR_AGENTS_KEY");
    }
}
