package io.agentorchestrator.store.release;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A condition, beside credit, on tasks that need a claim to leave the backlog ({@code task_state.needs_claim}): a limit, or a budget. Asked under the
 * claim's lock and within its transaction, so that nobody else admits a task meanwhile.
 */
public interface ClaimGate {
    /** Begins a claim: puts those held tasks in line again for which there may be room. Bounded in what it writes. */
    Pass begin();

    /** The gate during one claim. Confined to its thread. */
    interface Pass {
        /** Reads what decides on these tasks; called once, before the others, and with those that need the claim only. */
        void read(List<UUID> candidates);

        /**
         * Tells what a task is to be held for; empty if it may leave. Called in the order of the claim, best first.
         *
         * @return what {@code task_state.held_by} says then: the kind of gate, a colon, and what it holds tasks for
         */
        Optional<String> refusal(UUID task);

        /** Counts a task, which all gates let pass and credit was taken for. */
        void admit(UUID task);

        /** Writes what was admitted. Those of these tasks that are not RELEASED have not left: somebody else had them just then. */
        void write(List<UUID> admitted);
    }
}
