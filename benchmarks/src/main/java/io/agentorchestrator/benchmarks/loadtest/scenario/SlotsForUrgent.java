package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.FurtherProcesses;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Prometheus;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.stack.Component;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Has CRITICAL tasks come while preemptible NORMAL ones hold every slot and as many wait: five at once, then five one by one, each when the one before has
 * started. First with one worker; then the NORMAL tasks are that worker's, too, but a second one has started when the CRITICAL ones come, and takes its part of
 * these. Nothing is set that is not set anyway: {@code preemption_after} is what the installation has, by default a second.
 */
final class SlotsForUrgent {
    private static final String PREEMPTIBLE = "load-preemptible";
    private static final long CHECKPOINT_MILLIS = 1_000;
    private static final SameTasks CRITICAL = new SameTasks("load-urgent", "CRITICAL", 10_000);
    private static final FleetSize FLEET = new FleetSize(2, 10);
    private static final int AT_ONCE = 5;
    private static final int ONE_BY_ONE = 5;
    private static final int URGENT = AT_ONCE + ONE_BY_ONE;
    private static final double MOST_START_MILLIS = 2_000;
    /** The interval of the checkpoints, and the grace that an agent has. */
    private static final long MOST_LOST_MILLIS = CHECKPOINT_MILLIS + 5_000;

    private static final Duration TASK = Duration.ofSeconds(60);
    /** Shorter ones would end by themselves while the CRITICAL ones come. */
    private static final Duration LEAST_TASK = Duration.ofSeconds(30);
    /** Additional time of the tasks of the second part, since the second worker starts while they run. */
    private static final Duration WORKER_START = Duration.ofSeconds(45);
    /** Until what runs has saved some work. */
    private static final Duration FIRST_WORK = Duration.ofSeconds(3);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Counts what a worker has put back for other tasks. */
    private static final String STOPPED = "tasks_preempted_total";

    private final Target target;
    private final TaskApi api;
    private final LoadAgents agents;
    private final Report report;
    private final Duration task;

    private SlotsForUrgent(Target target, LoadAgents agents, Duration task, Report report) {
        this.target = target;
        this.api = target.tasks();
        this.agents = agents;
        this.task = task;
        this.report = report;
    }

    static void run(Target target, Options options, Report report) throws Exception {
        FleetSize fleet = options.fleetOr(FLEET);
        Duration task = options.taskDuration(TASK);
        if (fleet.slots() < URGENT || task.compareTo(LEAST_TASK) < 0) {
            throw new CliFailure("preemption needs " + URGENT + " slots and tasks of " + LEAST_TASK
                    + " at least: give other --agents, --slots or --task-duration.");
        }
        part(target, fleet, task, report, false);
        part(target, fleet, task, report, true);
        report.table(
                "Configuration",
                "preemptible tasks",
                2 * fleet.slots() + " of " + task + ", NORMAL, in each part; a checkpoint every " + CHECKPOINT_MILLIS
                        + " ms; half of them run, the others wait",
                "CRITICAL tasks",
                AT_ONCE + " at once, then " + ONE_BY_ONE
                        + " one by one, each when the one before has started; 10 s each",
                "agents",
                fleet.words() + ", each serves both types",
                "preemption_after",
                target.tasks().setting("preemption_after") + ", as it was found");
    }

    private static void part(Target target, FleetSize fleet, Duration task, Report report, boolean twoWorkers)
            throws Exception {
        try (FurtherProcesses further = new FurtherProcesses(target.layout(), target.settings());
                LoadAgents agents = target.startAgents(List.of(PREEMPTIBLE, CRITICAL.taskType()), fleet)) {
            new SlotsForUrgent(target, agents, task, report).part(twoWorkers ? further : null);
        }
    }

    private void part(@Nullable FurtherProcesses further) throws Exception {
        String title = further == null ? "One worker" : "Two workers";
        Duration each = further == null ? task : task.plus(WORKER_START);
        SameTasks kind = new SameTasks(PREEMPTIBLE, "NORMAL", each.toMillis());
        TaskLog normal = submit(kind.preemptibleBatch(2 * agents.slots(), CHECKPOINT_MILLIS), 1);
        awaitRunning(normal);
        String second = further == null ? null : further.start(Component.WORKER);
        Thread.sleep(FIRST_WORK);
        target.tell(title + ": " + agents.slots() + " preemptible tasks run, " + URGENT + " CRITICAL ones come.");
        TaskLog urgent = new TaskLog();
        urgent.add(urgent(AT_ONCE), 0, 0);
        awaitStarted(urgent);
        for (int nth = 0; nth < ONE_BY_ONE; nth++) {
            urgent.add(urgent(1), 0, 0);
            awaitStarted(urgent);
        }
        Map<String, Long> starts = new HashMap<>();
        List<Double> waits = new ArrayList<>();
        for (Answers.Task view : read(urgent)) {
            long started = micros(String.valueOf(view.startedAt()));
            starts.put(view.taskId(), started);
            waits.add((started - micros(view.createdAt())) / 1e3);
        }
        List<Answers.Task> stopped = awaitStopped(normal);
        double bySecond = second == null ? 0 : new Prometheus(second).total(STOPPED);
        Audit audit = Clearing.clear(target, CRITICAL.taskType(), urgent, PATIENCE);
        long twice = agents.executedTwice();
        Audit others = Clearing.clear(target, PREEMPTIBLE, normal, Duration.ZERO);
        tell(
                title,
                waits,
                stopped.stream().map(view -> StoppedTask.of(view, starts)).toList(),
                twice);
        if (second != null) {
            report.goal(
                    title + ": some are stopped by the worker that watched none of them",
                    Figures.count(bySecond) + " of them",
                    bySecond > 0);
        }
        report.none(title + ": CRITICAL tasks that did not complete", audit.acknowledged() - audit.completed())
                .none(title + ": tasks that failed or took a second attempt", failedOrRetried(audit, others))
                .nothingLost(audit, others);
    }

    private static int failedOrRetried(Audit urgent, Audit normal) {
        return urgent.failed() + normal.failed() + urgent.retried() + normal.retried();
    }

    private void tell(String title, List<Double> waits, List<StoppedTask> stopped, long twice) {
        int stops = stopped.stream().mapToInt(StoppedTask::stops).sum();
        long sound = stopped.stream().filter(StoppedTask::isSound).count();
        long resumed =
                stopped.stream().filter(each -> each.resumedFromMillis() > 0).count();
        long lost = stopped.stream().mapToLong(StoppedTask::lostMillis).max().orElse(0);
        report.millisAtMost(
                        title + ": from created to started, the slowest CRITICAL task",
                        Collections.max(waits),
                        MOST_START_MILLIS)
                .goal(
                        title + ": as many are stopped as CRITICAL tasks came",
                        stops + " stops for " + waits.size(),
                        stops == waits.size())
                .goal(
                        title + ": each of these completes in its first attempt",
                        sound + " of " + stopped.size(),
                        sound == stopped.size())
                .goal(
                        title + ": each of these goes on from a checkpoint",
                        resumed + " of " + stopped.size(),
                        resumed == stopped.size())
                .goal(
                        title + ": no other is executed twice",
                        twice + " were, of " + stopped.size() + " stopped",
                        twice == stopped.size())
                .goal(
                        title + ": work lost at most " + Figures.millis((double) MOST_LOST_MILLIS),
                        Figures.millis((double) lost),
                        lost <= MOST_LOST_MILLIS)
                .table(
                        title,
                        "from created to started, each CRITICAL task",
                        waits.stream().map(Figures::millis).collect(Collectors.joining(", ")),
                        "work lost, each task that was stopped, at most",
                        stopped.stream()
                                .map(each -> Figures.millis((double) each.lostMillis()))
                                .collect(Collectors.joining(", ")));
    }

    private List<UUID> urgent(int count) {
        return Burst.send(target.apiUrl(), Collections.nCopies(count, CRITICAL.single()), count)
                .tasks();
    }

    private TaskLog submit(Request request, int clients) {
        TaskLog log = new TaskLog();
        log.add(Burst.send(target.apiUrl(), List.of(request), clients).tasks(), 0, 0);
        return log;
    }

    private void awaitRunning(TaskLog log) throws IOException, InterruptedException {
        await(
                "no " + agents.slots() + " tasks ran",
                () -> read(log).stream()
                                .filter(each -> each.status().equals("RUNNING"))
                                .count()
                        >= agents.slots());
    }

    private void awaitStarted(TaskLog log) throws IOException, InterruptedException {
        await("a CRITICAL task did not start", () -> read(log).stream().allMatch(each -> each.startedAt() != null));
    }

    /** Waits for the ends of those that were stopped; returns these. */
    private List<Answers.Task> awaitStopped(TaskLog log) throws IOException, InterruptedException {
        List<Answers.Task> stopped = new ArrayList<>();
        Duration limit = START_LIMIT.plus(task.plus(WORKER_START).multipliedBy(2));
        Patience.until(limit, LOOK_EVERY.multipliedBy(5), () -> {
            stopped.clear();
            read(log).stream().filter(each -> StoppedTask.stops(each) > 0).forEach(stopped::add);
            return stopped.stream().allMatch(each -> each.endedAt() != null);
        });
        return stopped;
    }

    private static void await(String otherwise, Patience.Condition<IOException> condition)
            throws IOException, InterruptedException {
        if (!Patience.until(START_LIMIT, LOOK_EVERY, condition)) {
            throw new CliFailure("Within " + START_LIMIT + " " + otherwise
                    + ": see the log of the worker, ./orchestrator logs worker.");
        }
    }

    private List<Answers.Task> read(TaskLog log) throws IOException, InterruptedException {
        List<Answers.Task> tasks = new ArrayList<>();
        for (UUID id : IntStream.range(0, log.size()).mapToObj(log::id).toList()) {
            tasks.add(api.task(id).orElseThrow(() -> new CliFailure("The API does not know task " + id + ".")));
        }
        return tasks;
    }

    private static long micros(String time) {
        return TaskLog.micros(Instant.parse(time));
    }
}
