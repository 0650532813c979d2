package io.agentorchestrator.workflows.planner;

import io.agentorchestrator.workflows.model.TaskStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Events that arrive again, or long after a run has gone on without them: none of them may change anything that counts. */
final class LateEvents {
    /** Phases that tasks soon leave, the most seldom first: by chance alone, few events would meet them there. */
    private static final List<TaskPhase> SELDOM = List.of(
            TaskPhase.DUE,
            TaskPhase.DETACHED,
            TaskPhase.REQUEUING,
            TaskPhase.BACKOFF,
            TaskPhase.WATCHED,
            TaskPhase.WAITING);

    private final SimulatedStore store;
    private final SimulatedDeadlines deadlines;
    private final DecidedEnds decided;
    private final Random random;
    private final List<Event> past = new ArrayList<>();

    LateEvents(SimulatedStore store, SimulatedDeadlines deadlines, DecidedEnds decided, Random random) {
        this.store = store;
        this.deadlines = deadlines;
        this.decided = decided;
        this.random = random;
    }

    /** The run has been told this. */
    void add(Event event) {
        past.add(event);
    }

    /** Another run begins, to which nobody tells what came of the one before. */
    void clear() {
        past.clear();
    }

    /** What activities and timers told is over with the execution of the workflow; signals may come again. */
    void continueAsNew() {
        past.removeIf(event -> !(event instanceof Event.Released
                || event instanceof Event.Noticed
                || event instanceof Event.CancelRequested
                || event instanceof Event.DeadlinePassed));
    }

    /** What may still arrive when the run has ended. */
    List<Event> afterTheEnd() {
        List<Integer> all = IntStream.range(0, store.plan.size()).boxed().toList();
        List<Event> events = new ArrayList<>(List.of(
                new Event.Begun(),
                new Event.Released(all),
                new Event.DeadlinePassed(all),
                new Event.CancelRequested(all, "CANCELLED", "late"),
                new Event.CancelRequested(List.of(), "CANCELLED", "late"),
                new Event.PauseRequested(),
                new Event.ResumeRequested()));
        random.ints(5, 0, past.size()).mapToObj(past::get).forEach(events::add);
        return events;
    }

    /** What arrives now, if anything does. */
    Optional<Event> next(Planner planner) {
        if (random.nextBoolean()) {
            return SELDOM.stream()
                    .map(planner::tasksIn)
                    .filter(tasks -> !tasks.isEmpty())
                    .findFirst()
                    .flatMap(tasks -> about(tasks.get(random.nextInt(tasks.size())), planner));
        }
        return random.nextInt(3) > 0 ? Optional.empty() : any(Event.class, event -> !isOvertaken(event, planner));
    }

    /** Of PAUSE and RESUME, a run drops what is not its newest. */
    private static boolean isOvertaken(Event event, Planner planner) {
        return planner.isPaused() ? event instanceof Event.ResumeRequested : event instanceof Event.PauseRequested;
    }

    /** Something of the past, about this task. */
    private Optional<Event> about(int task, Planner planner) {
        List<Integer> it = List.of(task);
        return switch (random.nextInt(15)) {
            case 0, 1 -> any(Event.BatchReturned.class, _ -> true).map(event -> returnedBatch(event.batch(), task));
            case 2 -> any(Event.Written.class, _ -> true).map(event -> new Event.Written(event.number(), it));
            case 3, 4 ->
                any(Event.Written.class, written -> decided.hasRequeued(written.number(), task))
                        .map(event -> event);
            case 5 -> store.countedAttempts(task) > 0 ? Optional.of(new Event.BackoffOver(task)) : Optional.empty();
            case 6 -> deadlines.sweptAtLast(task);
            case 7 -> planner.isPaused() ? Optional.of(new Event.PauseRequested()) : Optional.empty();
            case 8, 9 -> wasReleased(task) ? Optional.of(new Event.Released(it)) : Optional.empty();
            case 10 -> planner.isPaused() ? Optional.empty() : Optional.of(new Event.ResumeRequested());
            case 11, 12 ->
                any(Event.Noticed.class, noticed -> ends(noticed, task).isPresent())
                        .map(noticed ->
                                new Event.Noticed(List.of(ends(noticed, task).get()), List.of()));
            case 13 -> Optional.of(new Event.Noticed(List.of(), it));
            default -> Optional.of(new Event.Begun());
        };
    }

    private static Optional<AttemptEnd> ends(Event.Noticed noticed, int task) {
        return noticed.ended().stream().filter(end -> end.task() == task).findFirst();
    }

    /** An answer of a batch that has answered already. */
    private Event returnedBatch(int batch, int task) {
        List<Integer> it = List.of(task);
        List<AttemptEnd> end = List.of(new AttemptEnd(task, 1, AttemptEnd.Outcome.COMPLETED, "", false));
        return switch (random.nextInt(4)) {
            case 0 -> new Event.BatchReturned(batch, end, List.of(), List.of(), List.of());
            case 1 -> new Event.BatchReturned(batch, List.of(), it, List.of(), List.of());
            case 2 -> new Event.BatchReturned(batch, List.of(), List.of(), it, List.of());
            default -> new Event.BatchReturned(batch, List.of(), List.of(), List.of(), it);
        };
    }

    /** Or may have been: its dependencies are satisfied, and it has left the backlog. */
    private boolean wasReleased(int task) {
        return store.status(task) != TaskStatus.WAITING && store.status(task) != TaskStatus.CANCELLED;
    }

    private <E extends Event> Optional<E> any(Class<E> kind, Predicate<E> condition) {
        List<E> events = past.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .filter(condition)
                .toList();
        return events.isEmpty() ? Optional.empty() : Optional.of(events.get(random.nextInt(events.size())));
    }
}
