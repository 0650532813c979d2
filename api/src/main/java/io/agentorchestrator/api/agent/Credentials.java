package io.agentorchestrator.api.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Credentials of agents: made here, told once, and kept only as their SHA-256. */
final class Credentials {
    private static final int RANDOM_BYTES = 32;
    private static final int MAX_LENGTH = 1_000;
    private static final String SCHEME = "bearer ";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Credentials() {}

    /** A new credential: 32 random bytes in base64url. */
    static String make() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** What stands behind {@code Bearer} in an Authorization header. */
    static Optional<String> presented(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() > MAX_LENGTH
                || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        return Optional.of(authorization.substring(SCHEME.length()).strip());
    }

    static byte[] sha256(String credential) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Compares in a time that tells nothing. */
    static boolean matches(String credential, byte[] sha256) {
        return MessageDigest.isEqual(sha256(credential), sha256);
    }
}
