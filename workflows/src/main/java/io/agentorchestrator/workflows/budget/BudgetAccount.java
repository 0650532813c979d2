package io.agentorchestrator.workflows.budget;

import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import org.jspecify.annotations.Nullable;

/**
 * A budget, what was spent of it, and what is set apart.
 *
 * @param key names it: what tasks are held for says so
 * @param costLimitMicroUsd null: money is not limited
 * @param tokenLimit null: tokens are not limited
 * @param isTried whether a task is out of whose type nothing is known: what it will cost shows how many more there is money for
 * @param onExceeded null for the budget of a period: tasks wait for the next one
 */
public record BudgetAccount(
        String key,
        @Nullable Long costLimitMicroUsd,
        @Nullable Long tokenLimit,
        Amount spent,
        Amount reserved,
        boolean isTried,
        @Nullable OnBudgetExceeded onExceeded) {

    /** The same, with so much more set apart, for a task of whose type something is known, or nothing. */
    BudgetAccount reserving(Amount more, boolean isKnown) {
        return new BudgetAccount(
                key, costLimitMicroUsd, tokenLimit, spent, reserved.plus(more), isTried || !isKnown, onExceeded);
    }

    /** Tells whether tasks of whose type nothing is known have to wait: one of a DAG, or of a task with a budget of its own, is tried at a time. */
    boolean isBeingTried() {
        return isTried && onExceeded != null;
    }

    /** The same, with limits of which tasks may use only this part. */
    public BudgetAccount limitedTo(double part, String partKey) {
        return new BudgetAccount(
                partKey,
                partOf(costLimitMicroUsd, part),
                partOf(tokenLimit, part),
                spent,
                reserved,
                isTried,
                onExceeded);
    }

    private static @Nullable Long partOf(@Nullable Long limit, double part) {
        return limit == null ? null : (long) (limit * part);
    }

    /** Tells whether so much could be spent if nothing were set apart. */
    boolean covers(Amount amount) {
        return fits(costLimitMicroUsd, spent.costMicroUsd(), amount.costMicroUsd())
                && fits(tokenLimit, spent.tokens(), amount.tokens());
    }

    /** Tells whether so much can be set apart. */
    boolean hasRoomFor(Amount amount) {
        Amount taken = spent.plus(reserved);
        return fits(costLimitMicroUsd, taken.costMicroUsd(), amount.costMicroUsd())
                && fits(tokenLimit, taken.tokens(), amount.tokens());
    }

    /** Tells whether anything at all can be set apart. */
    public boolean hasAnyRoom() {
        return hasRoomFor(new Amount(1, 1));
    }

    /**
     * Tells whether a task may go although its estimate is more than the whole budget of a period: while nothing is spent or set apart, so that it is not
     * held for ever.
     */
    boolean letsAlone(Amount amount) {
        return onExceeded == null
                && spent.equals(Amount.NONE)
                && reserved.equals(Amount.NONE)
                && !isNothing(costLimitMicroUsd, amount.costMicroUsd())
                && !isNothing(tokenLimit, amount.tokens());
    }

    /** Money that is neither spent nor set apart, never negative; null: no limit. */
    @Nullable Long freeMicroUsd() {
        return free(costLimitMicroUsd, spent.plus(reserved).costMicroUsd());
    }

    /** Tokens that are neither spent nor set apart, never negative; null: no limit. */
    @Nullable Long freeTokens() {
        return free(tokenLimit, spent.plus(reserved).tokens());
    }

    static @Nullable Long free(@Nullable Long limit, long taken) {
        return limit == null ? null : Math.max(0, limit - taken);
    }

    /** Nothing always fits, also where more is spent than was to be. */
    private static boolean fits(@Nullable Long limit, long taken, long more) {
        return limit == null || more == 0 || Amount.sum(taken, more) <= limit;
    }

    private static boolean isNothing(@Nullable Long limit, long more) {
        return limit != null && limit == 0 && more > 0;
    }
}
