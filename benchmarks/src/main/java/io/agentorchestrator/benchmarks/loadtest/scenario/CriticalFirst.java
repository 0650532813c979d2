package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.StartOrder.Urgent;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Patience;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Queues BACKGROUND tasks, then some CRITICAL ones of another type that the same agents serve, and counts what starts before the last of these. The rounds
 * are alike; each has to meet the goals.
 */
final class CriticalFirst {
    private static final int TASK_MILLIS = 200;
    private static final SameTasks BACKGROUND = new SameTasks("load-order-background", "BACKGROUND", TASK_MILLIS);
    private static final SameTasks CRITICAL = new SameTasks("load-order-critical", "CRITICAL", TASK_MILLIS);
    private static final FleetSize FLEET = new FleetSize(2, 5);
    private static final int BATCH = 500;
    private static final int BATCHES = 2;
    private static final int CRITICAL_TASKS = 10;
    private static final int MOST_OTHERS = 15;
    /** Tasks that each slot has ended before the fleet counts as busy. */
    private static final int ENDED_PER_SLOT = 2;

    private static final Duration BUSY_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Target target;
    private final int slots;
    private final List<Audit> audits = new ArrayList<>();

    private CriticalFirst(Target target, int slots) {
        this.target = target;
        this.slots = slots;
    }

    static void run(Target target, Options options, Report report) throws Exception {
        FleetSize fleet = options.fleetOr(FLEET);
        List<StartOrder> rounds = new ArrayList<>();
        try (LoadAgents agents = target.startAgents(List.of(BACKGROUND.taskType(), CRITICAL.taskType()), fleet)) {
            target.tell(BATCHES * BATCH + " BACKGROUND tasks for " + agents.slots() + " slots, then " + CRITICAL_TASKS
                    + " CRITICAL ones; " + options.rounds() + " rounds.");
            CriticalFirst order = new CriticalFirst(target, agents.slots());
            for (int number = 1; number <= options.rounds(); number++) {
                StartOrder round = order.round();
                rounds.add(round);
                target.tell("Round " + number + ": " + round.meanwhile()
                        + " other tasks started before the last CRITICAL one.");
            }
            order.tell(report, rounds, fleet);
        }
    }

    private StartOrder round() throws IOException, InterruptedException {
        TaskLog others = submit(Collections.nCopies(BATCHES, BACKGROUND.batch(BATCH)));
        awaitBusy(others.size());
        TaskLog critical = submit(Collections.nCopies(CRITICAL_TASKS, CRITICAL.single()));
        audits.add(Clearing.clear(target, CRITICAL.taskType(), critical, PATIENCE));
        audits.add(Clearing.clear(target, BACKGROUND.taskType(), others, PATIENCE));
        List<Urgent> urgent = new ArrayList<>();
        for (int place = 0; place < critical.size(); place++) {
            Answers.Task task = read(critical.id(place));
            if (task.startedAt() == null) {
                throw new CliFailure("CRITICAL task " + task.taskId() + " never started: it is " + task.status() + ".");
            }
            urgent.add(new Urgent(micros(task.createdAt()), micros(task.startedAt())));
        }
        return new StartOrder(urgent, Starts.of(target.tasks(), others).micros());
    }

    private TaskLog submit(List<Request> requests) {
        TaskLog log = new TaskLog();
        log.add(Burst.send(target.apiUrl(), requests, requests.size()).tasks(), 0, 0);
        return log;
    }

    /** Until all slots have had tasks, and so have one now: far more wait than there are slots. That they run is told of short tasks only at their ends. */
    private void awaitBusy(int submitted) throws IOException, InterruptedException {
        if (!Patience.until(BUSY_LIMIT, LOOK_EVERY, () -> {
            long open = target.tasks().depth(List.of(BACKGROUND.taskType())).open();
            return open <= submitted - ENDED_PER_SLOT * slots;
        })) {
            throw new CliFailure("The agents were not busy within " + BUSY_LIMIT + ": see the log of the worker.");
        }
    }

    private Answers.Task read(UUID id) throws IOException, InterruptedException {
        return target.tasks().task(id).orElseThrow(() -> new CliFailure("The API does not know task " + id + "."));
    }

    private static long micros(String time) {
        return TaskLog.micros(Instant.parse(time));
    }

    private void tell(Report report, List<StartOrder> rounds, FleetSize fleet) {
        long most = rounds.stream().mapToLong(StartOrder::meanwhile).max().orElse(Long.MAX_VALUE);
        long later = rounds.stream().mapToLong(StartOrder::later).min().orElse(0);
        report.goal(
                        "all " + CRITICAL_TASKS + " CRITICAL tasks start before more than " + MOST_OTHERS
                                + " others, in every round",
                        "after " + most + " others at most",
                        most <= MOST_OTHERS)
                .goal(
                        "more BACKGROUND tasks than that wait all the time",
                        "at least " + Figures.count(later) + " started later",
                        later > MOST_OTHERS)
                .none(
                        "tasks that did not complete",
                        audits.stream()
                                .mapToLong(audit -> audit.acknowledged() - audit.completed())
                                .sum())
                .nothingLost(audits.toArray(Audit[]::new))
                .tables(new ReportTable(
                        "Rounds",
                        List.of(
                                "round",
                                "others that started from the first CRITICAL task's creation to the last one's start",
                                "from created to started, each CRITICAL task",
                                "others that started later"),
                        IntStream.range(0, rounds.size())
                                .mapToObj(number -> row(number + 1, rounds.get(number)))
                                .toList()))
                .table(
                        "Configuration",
                        "BACKGROUND tasks",
                        Figures.count((long) BATCHES * BATCH) + " of " + TASK_MILLIS + " ms, of one type, each round",
                        "CRITICAL tasks",
                        CRITICAL_TASKS + " of " + TASK_MILLIS
                                + " ms, of another type, singly and at once, when all slots are busy and have been before",
                        "agents",
                        fleet.words() + ", each serves both types",
                        "others that start in the microsecond of the first creation or the last start",
                        "count");
    }

    private static List<String> row(int number, StartOrder round) {
        return List.of(
                Integer.toString(number),
                Figures.count(round.meanwhile()),
                round.urgent().stream()
                        .sorted(Comparator.comparingLong(Urgent::startedMicros))
                        .map(each -> Figures.millis(each.waitMillis()))
                        .collect(Collectors.joining(", ")),
                Figures.count(round.later()));
    }
}
