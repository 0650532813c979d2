package io.agentorchestrator.store.release;

import java.util.List;

/**
 * What a claim took out of the backlog.
 *
 * @param starts runs to be started
 * @param notices runs to be told
 * @param tasks how many tasks, in all
 * @param more whether tasks were left that the credit would have allowed
 */
public record Claim(List<RunStart> starts, List<ReleaseSignal> notices, int tasks, boolean more) {
    public static final Claim NOTHING = new Claim(List.of(), List.of(), 0, false);
}
