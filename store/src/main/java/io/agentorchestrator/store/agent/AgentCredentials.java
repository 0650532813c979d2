package io.agentorchestrator.store.agent;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the credentials of agents, each of a salt that is stored and of the installation's key, which is only in its configuration:
 * HMAC-SHA256(key, "agent-credential|" agent id "|" salt in hex), in base64url. Whoever has the key and reads the registry knows them, nobody
 * else does; another key, or another salt, makes others. Thread-safe.
 */
public final class AgentCredentials {
    /** Of the key, in characters. */
    public static final int MIN_KEY_LENGTH = 32;

    private static final int SALT_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String HMAC = "HmacSHA256";

    private final SecretKeySpec key;

    /**
     * Of this key, the same for all APIs and workers.
     *
     * @throws IllegalArgumentException if it is missing or too short; the message names the setting
     */
    public AgentCredentials(@Nullable String key) {
        if (key == null || key.strip().length() < MIN_KEY_LENGTH) {
            throw new IllegalArgumentException(("orchestrator.agents.key must have at least %d characters: set "
                            + "ORCHESTRATOR_AGENTS_KEY to the same secret for all APIs and workers,"
                            + " such as the output of: openssl rand -hex 32")
                    .formatted(MIN_KEY_LENGTH));
        }
        this.key = new SecretKeySpec(key.strip().getBytes(StandardCharsets.UTF_8), HMAC);
    }

    /** The salt of a new credential. */
    public static byte[] newSalt() {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return salt;
    }

    /** The credential itself: a secret. */
    public String credential(String agentId, byte[] salt) {
        String text = "agent-credential|" + agentId + "|" + HexFormat.of().formatHex(salt);
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    /** Tells whether what was presented is the agent's credential; compares in constant time. */
    public boolean isCredential(String presented, String agentId, byte[] salt) {
        return MessageDigest.isEqual(
                presented.getBytes(StandardCharsets.UTF_8),
                credential(agentId, salt).getBytes(StandardCharsets.UTF_8));
    }

    /** The key of the proofs of Hello and Welcome, as agent.proto defines it: a secret. */
    public byte[] proofKey(String agentId, byte[] salt) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(credential(agentId, salt).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
