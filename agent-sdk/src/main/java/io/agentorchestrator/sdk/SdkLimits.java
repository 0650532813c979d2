package io.agentorchestrator.sdk;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Every bound of the library, by name. The first four are the protocol's. */
final class SdkLimits {
    static final int RESULT_BYTES = 1024 * 1024;
    static final int CHECKPOINT_BYTES = 256 * 1024;
    static final int PROGRESS_MESSAGE_BYTES = 1024;
    static final int ERROR_MESSAGE_BYTES = 4 * 1024;

    static final int MESSAGE_BYTES = 4 * 1024 * 1024;
    static final int STREAMS = 1_000;

    /** Outcomes that wait for Acknowledge; past either bound the oldest is forgotten. */
    static final int KEPT_OUTCOMES = 10_000;

    static final long KEPT_BYTES = 64L * 1024 * 1024;

    /** Messages that may wait for one slow stream; past it the stream is ended and its worker attaches anew. */
    static final int OUTBOX_MESSAGES = 30_000;

    static final long OUTBOX_BYTES = 128L * 1024 * 1024;

    static final Duration HELLO_CLOCK_SKEW = Duration.ofMinutes(5);
    static final Duration HELLO_WITHIN = Duration.ofSeconds(10);

    /** Time that a cancelled handler may take to notice before its task is reported as ended all the same. */
    static final Duration CANCEL_GRACE = Duration.ofSeconds(2);

    static final Duration SWEEP_EVERY = Duration.ofMillis(100);
    static final Duration LEASE_DEFAULT = Duration.ofMinutes(1);
    static final Duration TIMEOUT_DEFAULT = Duration.ofMinutes(10);
    /**
     * Time for which dispatches that were said to be unknown are remembered, the latest {@link #REVOKED_DISPATCHES} of
     * them. Longer than any part stands still without being given up: a Start may leave it when it wakes.
     */
    static final Duration REVOKED_FOR = Duration.ofSeconds(90);

    static final int REVOKED_DISPATCHES = 10_000;

    /** Time for which a worker must have been turned away until that is told. */
    static final Duration TROUBLE_TOLD_AFTER = Duration.ofSeconds(2);

    /** Time for which no worker must have spoken to the agent until that is told. */
    static final Duration LONELY_TOLD_AFTER = Duration.ofSeconds(30);
    /** Workers that were turned away and are remembered. */
    static final int WORKERS_REMEMBERED = 100;

    static final Duration DURATION_MAX = Duration.ofDays(365);

    private SdkLimits() {}

    /** The longest beginning of the text that takes no more bytes in UTF-8, never half a character. */
    static String truncate(String text, int bytes) {
        if (text.length() <= bytes / 3) {
            return text;
        }
        ByteBuffer room = ByteBuffer.allocate(bytes);
        CharBuffer characters = CharBuffer.wrap(text);
        StandardCharsets.UTF_8.newEncoder().encode(characters, room, true);
        return text.substring(0, characters.position());
    }
}
