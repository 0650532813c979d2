package io.agentorchestrator.sdk;

import java.util.Set;
import java.util.regex.Pattern;

/** Thrown by a handler to fail its task with a code that people and retry policies can go by. */
public final class TaskFailure extends RuntimeException {
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,99}");
    private static final Set<String> RESERVED =
            Set.of("CANCELLED", "TIMEOUT", "LEASE_EXPIRED", "CRASHED", StopReason.PREEMPTED);

    private final String code;
    private final boolean retryable;

    /**
     * @param code upper case, digits and underscores, at most 100 characters; CANCELLED, TIMEOUT, LEASE_EXPIRED,
     *     PREEMPTED and CRASHED belong to the library
     * @param message for people; cut off after 4 KiB
     * @param retryable whether another attempt may succeed
     */
    public TaskFailure(String code, String message, boolean retryable) {
        super(message);
        requireUsableCode(code);
        this.code = code;
        this.retryable = retryable;
    }

    private TaskFailure(StopReason reason) {
        super(reason.message());
        this.code = reason.code();
        this.retryable = reason.retryable();
    }

    /**
     * Makes way for another task, once {@link TaskContext#isPreemptionRequested()}: no failure, and no attempt is used up. Thrown unasked, it
     * is {@code AGENT_ERROR}, retryable.
     */
    public static TaskFailure preempted() {
        return new TaskFailure(StopReason.preempted());
    }

    /** Another attempt may succeed. */
    public static TaskFailure retryable(String code, String message) {
        return new TaskFailure(code, message, true);
    }

    /** No attempt will succeed. */
    public static TaskFailure terminal(String code, String message) {
        return new TaskFailure(code, message, false);
    }

    /** Throws an {@link IllegalArgumentException} unless a handler may fail with this code. */
    public static void requireUsableCode(String code) {
        if (!CODE.matcher(code).matches()) {
            throw new IllegalArgumentException("the failure code \"" + code
                    + "\" is not upper-case letters, digits and underscores (at most 100)");
        }
        if (RESERVED.contains(code)) {
            throw new IllegalArgumentException("the failure code " + code + " belongs to the library; choose another");
        }
    }

    public String code() {
        return code;
    }

    public boolean retryable() {
        return retryable;
    }

    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code : message;
    }
}
