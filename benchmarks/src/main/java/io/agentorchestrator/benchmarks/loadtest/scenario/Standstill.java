package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.FurtherProcesses;
import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.generate.OpenLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.Pace;
import io.agentorchestrator.benchmarks.loadtest.generate.RetryMode;
import io.agentorchestrator.benchmarks.loadtest.generate.Sender;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.GoalVerdict;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Command;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measures the cost to tasks at agents when a part of the stack stands still for a while, one part after the other. */
final class Standstill {
    private static final String TYPE = "load-standstill";
    private static final int TASKS = 200;
    private static final Duration TASK = Duration.ofMinutes(2);
    private static final double RATE = 100;
    private static final double SPARE_SLOTS = 1.2;
    private static final Duration RUNNING_LIMIT = Duration.ofMinutes(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration SIGNAL_LIMIT = Duration.ofSeconds(10);
    private static final Duration BEFORE = Duration.ofSeconds(3);
    /** Time to wait beyond the tasks' own length and the standstill. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Target target;
    private final int tasks;
    private final Duration task;
    private final FleetSize fleet;

    private Standstill(Target target, Options options) {
        this.target = target;
        this.tasks = options.tasks(TASKS);
        this.task = options.taskDuration(TASK);
        this.fleet = options.fleetOr(new FleetSize(1, (int) Math.ceil(SPARE_SLOTS * tasks)));
    }

    /** The part that stands still, and for how long. */
    private enum Part {
        API(Component.API, 60),
        THE_ONLY_WORKER(Component.WORKER, 45),
        ONE_OF_TWO_WORKERS(Component.WORKER, 45),
        TEMPORAL(Component.TEMPORAL, 60),
        POSTGRESQL(Component.POSTGRES, 30),
        AGENT(null, 45);

        private final @Nullable Component component;
        private final Duration length;

        Part(@Nullable Component component, int seconds) {
            this.component = component;
            this.length = Duration.ofSeconds(seconds);
        }

        String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ') + " for " + length.toSeconds() + " s";
        }
    }

    static void run(Target target, Options options, Report report) throws Exception {
        Standstill standstill = new Standstill(target, options);
        for (Part part : Part.values()) {
            target.tell("To stand still: " + part.words() + ".");
            try (FurtherProcesses further = new FurtherProcesses(target.layout(), target.settings())) {
                if (part == Part.ONE_OF_TWO_WORKERS) {
                    further.start(Component.WORKER);
                }
                int before = report.verdicts().size();
                standstill.measure(part, report);
                report.verdicts().stream().skip(before).map(GoalVerdict::words).forEach(target.told());
            }
        }
        report.table(
                "Configuration",
                "tasks",
                Figures.count(standstill.tasks) + " of " + standstill.task,
                "agents",
                standstill.fleet.words());
    }

    private void measure(Part part, Report report) throws Exception {
        TaskLog log = new TaskLog();
        TaskApi api = target.tasks();
        try (LoadAgents agents = target.startAgents(List.of(TYPE), fleet);
                Sender sender = new Sender(target.apiUrl())) {
            new OpenLoop(sender, RetryMode.ONCE, log, LoadRun.MAX_OUTSTANDING)
                    .run(Pace.of(tasks, RATE), new SameTasks(TYPE, "NORMAL", task.toMillis())::single, Instant.now());
            if (!Patience.until(
                    RUNNING_LIMIT, LOOK_EVERY, () -> api.depth(List.of(TYPE)).running() >= log.size())) {
                throw new CliFailure("Not all of the " + log.size() + " tasks ran within " + RUNNING_LIMIT + ".");
            }
            Thread.sleep(BEFORE);
            stop(pid(part, agents), part.length);
            Duration patience = task.plus(part.length).plus(PATIENCE);
            Audit audit = Clearing.clear(target, TYPE, log, patience);
            report.goal(
                            part.words() + ": all complete",
                            Figures.count(audit.completed()) + " of " + Figures.count(tasks),
                            audit.completed() == tasks)
                    .none(part.words() + ": attempts used up", audit.retried())
                    .none(part.words() + ": tasks executed twice", agents.executedTwice())
                    .none(part.words() + ": agents that circuit breakers blame", api.blamedAgents());
        }
    }

    private long pid(Part part, LoadAgents agents) {
        Component component = part.component;
        return component == null
                ? agents.pids().getFirst()
                : ProcessIdentity.readLiving(target.layout().pidFile(component))
                        .orElseThrow(() -> new CliFailure(component.title() + " does not run."))
                        .pid();
    }

    /** Stops a process and its children with SIGSTOP, and lets them go on after a while, or when interrupted. */
    private static void stop(long pid, Duration length) throws IOException, InterruptedException {
        List<String> pids = ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(process -> Long.toString(process.pid()))
                .toList();
        signal("-STOP", pids);
        try {
            Thread.sleep(length);
        } finally {
            signal("-CONT", pids);
        }
    }

    private static void signal(String signal, List<String> pids) throws IOException, InterruptedException {
        Command.Result result = Command.run(
                SIGNAL_LIMIT,
                Stream.concat(Stream.of("kill", signal), pids.stream()).toList());
        if (!result.succeeded()) {
            throw new CliFailure("kill " + signal + " failed: " + result.lastLine());
        }
    }
}
