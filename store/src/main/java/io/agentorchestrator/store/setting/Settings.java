package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.Form;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** All settings that there are. */
public final class Settings {
    /** So long is kept at least what may still be asked for by whoever saw it end. */
    public static final Duration LEAST_RETENTION = Duration.ofMinutes(1);

    private static final Form<Duration> RETENTION = new Period(LEAST_RETENTION, Duration.ofDays(3_650));

    /** Of tasks with their attempts, of DAGs and of runs. */
    public static final Setting<Duration> RETENTION_TASKS = new Setting<>(
            "retention_tasks",
            "How long tasks, DAGs and runs are kept after they have ended, with attempts, results and checkpoints;"
                    + " from P14D on whole weeks are dropped, so that some are kept for up to a week longer.",
            Duration.ofDays(30),
            RETENTION);

    public static final Setting<Duration> RETENTION_EVENTS = new Setting<>(
            "retention_events",
            "How long events are kept, those of runs that have not ended apart; from P14D on whole weeks are dropped.",
            Duration.ofDays(14),
            RETENTION);

    public static final Setting<Duration> RETENTION_DEAD_LETTERS = new Setting<>(
            "retention_dead_letters",
            "How long a dead letter stays open before it is deleted, and how long is known what became of it.",
            Duration.ofDays(30),
            RETENTION);

    public static final Setting<Duration> RETENTION_COMMANDS = new Setting<>(
            "retention_commands",
            "How long commands are kept after they were carried out.",
            Duration.ofDays(30),
            RETENTION);

    public static final Setting<Duration> RETENTION_AGENTS = new Setting<>(
            "retention_agents",
            "How long an agent stays registered that has not been heard of.",
            Duration.ofDays(7),
            RETENTION);

    public static final List<Setting<Duration>> RETENTIONS =
            List.of(RETENTION_TASKS, RETENTION_EVENTS, RETENTION_DEAD_LETTERS, RETENTION_COMMANDS, RETENTION_AGENTS);

    public static final Setting<SchedulingStrategy> SCHEDULING_STRATEGY = new Setting<>(
            "scheduling_strategy",
            "Which of the agents with room for a task gets it: the one with the lowest share of its slots taken, or the one on which it"
                    + " is expected to cost least.",
            SchedulingStrategy.LEAST_LOADED,
            new OneOf<>(SchedulingStrategy.class));

    /** Of a CRITICAL or HIGH task, since it became ready. */
    public static final Setting<Duration> PREEMPTION_AFTER = new Setting<>(
            "preemption_after",
            "How long a CRITICAL or HIGH task waits for a slot before a running task of lower priority that is preemptible is"
                    + " stopped for it.",
            Duration.ofSeconds(1),
            new Period(Duration.ofMillis(100), Duration.ofDays(1)));

    private static final Form<Integer> TASKS = new WholeNumber(1, Integer.MAX_VALUE);

    /** Of tasks that have not ended and could run; the limit of the whole installation. */
    public static final Setting<Integer> MAX_OPEN_TASKS = new Setting<>(
            "max_open_tasks",
            "How many tasks may be unfinished and runnable at once, of all tenants: from 90% on, submissions that are"
                    + " not CRITICAL are answered by 503 SHED, from 100% on all.",
            2_000_000,
            TASKS);

    /** Of tasks that have not ended and need something else first than an agent with room. */
    public static final Setting<Integer> MAX_PARKED_TASKS = new Setting<>(
            "max_parked_tasks",
            "The same for tasks that could not run: they wait for others, their DAG is paused, or no agent serves"
                    + " their type.",
            2_000_000,
            TASKS);

    /** The step of {@code workflows.release.Ageing}; the database reads it when a task is queued. */
    public static final Setting<Duration> PRIORITY_AGEING = new Setting<>(
            "priority_ageing",
            "How long a NORMAL task waits until it is level with a HIGH one that comes then; a LOW one is level with a"
                    + " NORMAL one in half of it, CRITICAL is 60 times it ahead. Counts for what is queued from then on.",
            Duration.ofHours(12),
            new Period(Duration.ofMinutes(1), Duration.ofDays(7)));

    /** Of what tenants have used. */
    public static final Setting<Duration> FAIR_SHARE_HALF_LIFE = new Setting<>(
            "fair_share_half_life",
            "The time after which what a tenant has used of agents counts half beside what it uses now.",
            Duration.ofMinutes(30),
            new Period(Duration.ofMinutes(1), Duration.ofDays(30)));

    /** Of tasks without a deadline, from submission to completion; {@code store.sla.SlaCounts} goes by it. */
    public static final Setting<Map<Priority, Duration>> SLA_TARGET = new Setting<>(
            "sla_target",
            "How long a task of each priority without a deadline may take from submission to completion to count as in time in the"
                    + " metric sla_compliance_ratio. Counts for what ends from then on.",
            Map.of(
                    Priority.CRITICAL, Duration.ofMinutes(1),
                    Priority.HIGH, Duration.ofMinutes(10),
                    Priority.NORMAL, Duration.ofHours(1),
                    Priority.LOW, Duration.ofHours(12),
                    Priority.BACKGROUND, Duration.ofDays(7)),
            new PerPriority(new Period(Duration.ofMillis(100), Duration.ofDays(365))));

    /** In the order in which they are listed. */
    public static final List<Setting<?>> ALL = Stream.<Setting<?>>concat(
                    RETENTIONS.stream(),
                    Stream.of(
                            SCHEDULING_STRATEGY,
                            PREEMPTION_AFTER,
                            PRIORITY_AGEING,
                            FAIR_SHARE_HALF_LIFE,
                            SLA_TARGET,
                            MAX_OPEN_TASKS,
                            MAX_PARKED_TASKS))
            .toList();

    private Settings() {}

    /** The flag that has to be on for a setting to be given this value; empty where none has. */
    public static Optional<FeatureFlag> flagOf(Object value) {
        return value == SchedulingStrategy.COST_BASED
                ? Optional.of(FeatureFlags.COST_BASED_SCHEDULING)
                : Optional.empty();
    }

    public static Optional<Setting<?>> named(String name) {
        return ALL.stream().filter(setting -> setting.name().equals(name)).findFirst();
    }
}
