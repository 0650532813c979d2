package io.agentorchestrator.workflows.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The notices of one run, as rows in the store in the order of their transactions, and their delivery. */
final class SimulatedNotices {
    private final Random random;
    private final List<Row> rows = new ArrayList<>();

    /** @param end absent where the task is back in the backlog */
    private record Row(int task, Optional<AttemptEnd> end) {}

    SimulatedNotices(Random random) {
        this.random = random;
    }

    void ended(AttemptEnd end) {
        rows.add(new Row(end.task(), Optional.of(end)));
    }

    void notStarted(int task) {
        rows.add(new Row(task, Optional.empty()));
    }

    /** A signal with the first rows, as many as were there when they were read. Its sender may die before it deletes them. */
    Optional<Event> deliver() {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        List<Row> read = rows.subList(0, 1 + random.nextInt(rows.size()));
        List<AttemptEnd> ended =
                read.stream().flatMap(row -> row.end().stream()).toList();
        List<Integer> notStarted =
                read.stream().filter(row -> row.end().isEmpty()).map(Row::task).toList();
        if (random.nextInt(4) > 0) {
            read.clear();
        }
        return Optional.of(new Event.Noticed(ended, notStarted));
    }

    void clear() {
        rows.clear();
    }
}
