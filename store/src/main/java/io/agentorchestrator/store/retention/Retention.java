package io.agentorchestrator.store.retention;

import io.agentorchestrator.store.agent.AgentDrains;
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.command.CommandDelivery;
import io.agentorchestrator.store.deadletter.DeadLetterDelivery;
import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.submission.IdempotencyStore;
import io.agentorchestrator.store.transaction.ExclusiveWork;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Deletes what has been kept for long enough, a batch at a call: each is a short transaction, and tells whether its lap goes on. For the one
 * who holds {@link #exclusively}; not thread-safe. Throws {@code DataAccessException}s.
 */
public final class Retention {
    private static final int MAX_TASKS = 500;
    private static final int MAX_RUNS = 200;
    private static final int MAX_EVENTS = 4_000;
    private static final int MAX_ROWS = 2_000;
    private static final int MAX_ROWS_OF_WEEK = 10_000;

    private final DataSource database;
    private final ExclusiveWork work;
    private final ExpiredPartitions weeks;
    private final Sweep runs;
    private final Sweep tasks;
    private final ExpiredEvents events;
    private final CommandDelivery commands;
    private final DeadLetterDelivery deadLetters;
    private final AgentRegistry agents;
    private final AgentDrains drains;
    private final IdempotencyStore keys;
    private final TypeTimeStore times;
    private final FlowStore flow;
    private Lap taskLap = Lap.WEEKS;
    private boolean eventWeeksDropped;

    public Retention(DataSource database) {
        this(database, MAX_TASKS, MAX_ROWS_OF_WEEK);
    }

    Retention(DataSource database, int maxTasks, int maxRowsOfWeek) {
        this.database = database;
        this.work = new ExclusiveWork(database, "orchestrator.retention");
        this.weeks = new ExpiredPartitions(database, maxRowsOfWeek);
        this.runs = new Sweep(database, new ExpiredRuns(database, MAX_RUNS));
        this.tasks = new Sweep(database, new ExpiredTasks(database, maxTasks));
        this.events = new ExpiredEvents(database, MAX_EVENTS);
        this.commands = new CommandDelivery(database);
        this.deadLetters = new DeadLetterDelivery(database);
        this.agents = new AgentRegistry(database);
        this.drains = new AgentDrains(database);
        this.keys = new IdempotencyStore(database);
        this.times = new TypeTimeStore(database);
        this.flow = new FlowStore(database);
    }

    /**
     * Does this work as the only one, unless somebody does it already.
     *
     * @return whether it was done
     */
    public boolean exclusively(Runnable lap) {
        return work.exclusively(lap);
    }

    /**
     * Tasks, DAGs and runs that ended so long ago: whole weeks first, then runs, then tasks. Where weeks cannot be dropped, what is theirs is
     * deleted row by row all the same, and the weeks have their turn again in the next lap.
     */
    public boolean tasks(Duration period) {
        Cutoff cutoff = Cutoff.of(database, period);
        switch (taskLap) {
            case WEEKS -> {
                taskLap = Lap.RUNS;
                int _ = weeks.dropTasks(cutoff);
            }
            case RUNS -> taskLap = runs.next(cutoff) ? Lap.RUNS : Lap.TASKS;
            case TASKS -> taskLap = tasks.next(cutoff) ? Lap.TASKS : Lap.WEEKS;
        }
        return taskLap != Lap.WEEKS;
    }

    /** Events that happened so long ago: whole weeks first, and row by row also where these cannot be dropped. */
    public boolean events(Duration period) {
        Cutoff cutoff = Cutoff.of(database, period);
        if (!eventWeeksDropped) {
            eventWeeksDropped = true;
            int _ = weeks.dropEvents(cutoff);
            return true;
        }
        eventWeeksDropped = events.next(cutoff);
        return eventWeeksDropped;
    }

    /** Commands that were carried out so long ago. */
    public boolean commands(Duration period) {
        return commands.forget(period, MAX_ROWS) == MAX_ROWS;
    }

    /** Dead letters that ceased to be open so long ago. */
    public boolean deadLetters(Duration period) {
        return deadLetters.forget(period, MAX_ROWS) == MAX_ROWS;
    }

    /** Agents that have not been heard of for so long, and drains of those that have been gone for so long. */
    public boolean agents(Duration period) {
        int forgotten = agents.forget(period, MAX_ROWS);
        int ended = drains.forget(period, MAX_ROWS);
        return forgotten == MAX_ROWS || ended == MAX_ROWS;
    }

    /** Idempotency keys that have expired. */
    public boolean idempotencyKeys() {
        return keys.deleteExpired(MAX_ROWS) == MAX_ROWS;
    }

    /** Measured times of types that nobody has run for long, and the measured flow through classes of agents that are gone. */
    public boolean measurements() {
        times.forget();
        flow.forget();
        return false;
    }

    /** Where the lap over tasks is. */
    private enum Lap {
        WEEKS,
        RUNS,
        TASKS
    }
}
