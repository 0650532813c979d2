package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.budget.HeldKinds.Kind;
import io.agentorchestrator.store.loop.ResumePoints;
import io.agentorchestrator.store.state.BudgetWrites;
import io.agentorchestrator.store.state.BudgetWrites.Place;
import io.agentorchestrator.store.state.BudgetWrites.Turn;
import io.agentorchestrator.store.state.BudgetWrites.Turned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts held tasks in line of which only a claim knows that there is room for them, of each kind after those of the last time: what comes back hides nothing
 * that stands behind it. Thread-safe.
 */
final class HeldRotation {
    /** Tasks of a kind that have their turn at a time, at most. */
    static final int MAX_AT_A_TIME = 10;

    /** Tasks of a kind that are looked at for that, at most. */
    private static final int MAX_WINDOW = 1_000;

    /** Tasks that are looked at in a round, or as many of each kind as have their turn. */
    private static final int MAX_LOOKED_AT = 20_000;

    /** Kinds of a statement. */
    private static final int MAX_TOGETHER = 100;

    private final BudgetWrites writes;
    private final ResumePoints<Kind, Place> places = new ResumePoints<>(Place.FIRST);

    HeldRotation(BudgetWrites writes) {
        this.writes = writes;
    }

    /** Gives each of these kinds its turn; how many tasks are in line by it. */
    int putInLine(List<Wanted> kinds) {
        int put = 0;
        for (int from = 0; from < kinds.size(); from += MAX_TOGETHER) {
            put += putInLine(kinds.subList(from, Math.min(kinds.size(), from + MAX_TOGETHER)), window(kinds.size()));
        }
        return put;
    }

    private static int window(int kinds) {
        return Math.clamp(MAX_LOOKED_AT / kinds, MAX_AT_A_TIME, MAX_WINDOW);
    }

    private int putInLine(List<Wanted> kinds, int window) {
        List<Turn> turns = new ArrayList<>();
        for (Wanted wanted : kinds) {
            Kind kind = wanted.kind();
            turns.add(new Turn(
                    new BudgetWrites.Kind(kind.heldBy(), kind.taskType(), kind.tenant(), MAX_AT_A_TIME),
                    places.after(kind),
                    wanted.goingOnOnly(),
                    wanted.goingOnOnly() ? window : MAX_AT_A_TIME));
        }
        List<Turned> turned = writes.putInLineInTurn(turns);
        Map<Kind, Place> reached = new HashMap<>();
        for (Turned one : turned) {
            if (!one.isEnd()) {
                reached.put(kinds.get(one.turn()).kind(), new Place(one.rank(), one.taskId()));
            }
        }
        places.looked(kinds.stream().map(Wanted::kind).toList(), reached);
        return turned.stream().mapToInt(Turned::put).sum();
    }

    /** A kind, and whether only attempts are wanted that go on. */
    record Wanted(Kind kind, boolean goingOnOnly) {}
}
