package io.agentorchestrator.sdk;

import java.util.List;

/**
 * Divides the slots of an agent among the streams of its workers by max-min fairness (Bertsekas and Gallager, Data Networks, 6.5):
 * all get the same, but nobody more than its tasks need, and what that leaves goes to the others. Slots that tasks hold already
 * are theirs until the tasks end; slots that nobody asks for are offered in equal parts, so that a first Start may leave unasked.
 */
final class SlotDivision {
    /**
     * The slots that one stream has and would like to have.
     *
     * @param held slots that its tasks hold
     * @param waiting its tasks that wait for a slot
     */
    record Need(int held, int waiting) {
        Need {
            if (held < 0 || waiting < 0) {
                throw new IllegalArgumentException("needs " + held + " held and " + waiting + " waiting");
            }
        }

        private long wanted() {
            return (long) held + waiting;
        }
    }

    private SlotDivision() {}

    /**
     * Limits the slots that the tasks of each stream may hold at once, in the order of the needs; the earlier get the odd slots.
     * Each takes up the greater of its limit and what it holds; together that is all slots, or what is held if that is more. A
     * limit is below what its stream holds if that is more than its fair part.
     *
     * @param slots those that no other task holds
     */
    static int[] limits(int slots, List<Need> needs) {
        int available = Math.max(0, slots);
        int[] limits = fill(available, needs, true);
        // Who holds more is told what it would have if nobody held anything: that stays while its tasks end.
        int[] fair = fill(available, needs, false);
        for (int i = 0; i < limits.length; i++) {
            limits[i] = Math.max(limits[i], Math.min(fair[i], needs.get(i).held()));
        }
        return limits;
    }

    /** Raises all needs to the same level (water-filling), but none above what it wants. */
    private static int[] fill(int slots, List<Need> needs, boolean keepsHeld) {
        int level = level(slots, needs, keepsHeld);
        long left = Math.max(0, slots - taken(level, needs, keepsHeld));
        int[] filled = new int[needs.size()];
        for (int i = 0; i < filled.length; i++) {
            Need need = needs.get(i);
            filled[i] = (int) Math.min(need.wanted(), level);
            if (left > 0 && need.wanted() > level && (!keepsHeld || need.held() <= level)) {
                filled[i]++;
                left--;
            }
        }
        for (int i = 0; i < filled.length; i++) {
            filled[i] += (int) (left / filled.length) + (i < left % filled.length ? 1 : 0);
        }
        return filled;
    }

    /** The highest level for which there are slots enough. */
    private static int level(int slots, List<Need> needs, boolean keepsHeld) {
        int enough = 0;
        int above = slots + 1;
        while (above - enough > 1) {
            int middle = (enough + above) >>> 1;
            if (taken(middle, needs, keepsHeld) <= slots) {
                enough = middle;
            } else {
                above = middle;
            }
        }
        return enough;
    }

    private static long taken(int level, List<Need> needs, boolean keepsHeld) {
        long taken = 0;
        for (Need need : needs) {
            long filled = Math.min(need.wanted(), level);
            taken += keepsHeld ? Math.max(need.held(), filled) : filled;
        }
        return taken;
    }
}
