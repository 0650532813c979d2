package io.agentorchestrator.api.agent;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what requests present: a credential of an agent, or the enrolment token. */
final class Credentials {
    private static final int MAX_LENGTH = 1_000;
    private static final String SCHEME = "bearer ";

    private Credentials() {}

    /** The credential behind {@code Bearer} in an Authorization header; empty if there is none, or it is too long. */
    static Optional<String> presented(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() > MAX_LENGTH
                || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        return Optional.of(authorization.substring(SCHEME.length()).strip());
    }
}
