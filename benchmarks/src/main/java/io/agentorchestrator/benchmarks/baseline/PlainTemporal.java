package io.agentorchestrator.benchmarks.baseline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures what plain Temporal does with the agents of a running stack: a workflow for each task, with one activity that makes
 * the same call to the same agents, or that activity by itself. Prints one line of JSON; all else goes to standard error. See
 * docs/benchmarks.md.
 */
@Command(
        name = "plain-temporal",
        description = "Measures plain Temporal, a workflow with one activity a task or a Standalone Activity a task,"
                + " with the agents of a running stack.",
        mixinStandardHelpOptions = true)
public final class PlainTemporal implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(PlainTemporal.class);

    @Mixin
    private final RunningStack stack = new RunningStack();

    @Option(names = "--types", split = ",", required = true, paramLabel = "TYPE", description = "In equal shares.")
    private List<String> types = List.of();

    @Option(names = "--duration", description = "That is measured. Default: ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ofSeconds(20);

    @Option(names = "--warm-up", description = "Before that. Default: ${DEFAULT-VALUE}.")
    private Duration warmUp = Duration.ofSeconds(5);

    @Option(names = "--in-flight", description = "Tasks at any time. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 200;

    @Option(names = "--payload-bytes", description = "Default: ${DEFAULT-VALUE}.")
    private int payloadBytes = 2_048;

    @Option(names = "--result-bytes", description = "Of padding in each result. Default: ${DEFAULT-VALUE}.")
    private int resultBytes = 1_024;

    @Option(names = "--median-ms", description = "Of the time that tasks take at the agent. Default: ${DEFAULT-VALUE}.")
    private double medianMillis = 50;

    @Option(names = "--seed", description = "Of the times that tasks take. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Mixin
    private final Tuning tuning = new Tuning();

    private PlainTemporal() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PlainTemporal()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (RunningStack.Session session = stack.open(types, tuning)) {
            return measure(session.worker());
        }
    }

    private int measure(BaselineWorker worker) throws InterruptedException {
        InFlightLoop loop =
                new InFlightLoop(new TaskMix(types, payloadBytes, resultBytes, medianMillis, seed), worker::submit);
        Summary summary = loop.run(inFlight, warmUp, duration);
        LOG.info(
                "{} executions completed, warm-up included; {} starts and {} activities were eager",
                loop.completedInAll(),
                worker.closes().eagerStarts(),
                worker.closes().eagerActivities());
        long listed = worker.listedAsCompleted(loop.completedInAll());
        if (listed != loop.completedInAll()) {
            LOG.error("Temporal lists {} completed executions, so the figures are wrong", listed);
            return CommandLine.ExitCode.SOFTWARE;
        }
        System.out.println(summary.toJson());
        return CommandLine.ExitCode.OK;
    }
}
