package io.agentorchestrator.store.release;

import java.util.List;

/**
 * The outcome of a claim.
 *
 * @param starts runs to be started
 * @param notices runs to be told
 * @param tasks how many tasks it took, in all
 * @param more whether tasks were left that the credit would have allowed
 * @param busy whether somebody else was claiming, so that nothing was looked at
 * @param outstanding as of before the claim
 */
public record Claim(
        List<RunStart> starts,
        List<ReleaseSignal> notices,
        int tasks,
        boolean more,
        boolean busy,
        Outstanding outstanding) {
    /** Somebody else is claiming: to be tried again soon. */
    public static final Claim BUSY = new Claim(List.of(), List.of(), 0, false, true, Outstanding.NONE);

    /** Nothing was taken. */
    static Claim nothing(Outstanding outstanding) {
        return new Claim(List.of(), List.of(), 0, false, false, outstanding);
    }
}
