package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures plain Temporal, by workflows written by hand, with four small workloads of tasks that do nothing, or by Standalone Activities
 * with the two that those can do, each once after a smaller one that warms it up. Prints one line of JSON; all else goes to standard error. See docs/benchmarks.md.
 */
@Command(
        name = "small-workloads",
        description = "Measures plain Temporal with four small workloads, with the agents of a running stack.",
        mixinStandardHelpOptions = true)
public final class SmallWorkloadsByHand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(SmallWorkloadsByHand.class);
    private static final int CLIENTS = 50;
    private static final long PATIENCE_MINUTES = 10;
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(names = "--type", required = true, paramLabel = "TYPE", description = "Of all tasks.")
    private String type = "";

    @Option(names = "--tasks", description = "Single tasks. Default: ${DEFAULT-VALUE}.")
    private int tasks = 2_000;

    @Option(names = "--fan-out", description = "Tasks side by side. Default: ${DEFAULT-VALUE}.")
    private int fanOut = 200;

    @Option(names = "--chain", description = "Tasks one after the other. Default: ${DEFAULT-VALUE}.")
    private int chain = 20;

    @Option(names = "--dags", description = "DAGs of ten tasks (1, 4, 4, 1) at once. Default: ${DEFAULT-VALUE}.")
    private int dags = 100;

    @Mixin
    private final RunningStack stack = new RunningStack();

    @Mixin
    private final Tuning tuning = new Tuning();

    private SmallWorkloadsByHand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SmallWorkloadsByHand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try (RunningStack.Session session = stack.open(List.of(type), tuning)) {
            SequencedMap<String, Double> figures = measure(session.worker());
            System.out.println(figures.entrySet().stream()
                    .map(figure -> String.format(Locale.ROOT, "\"%s\":%.3f", figure.getKey(), figure.getValue()))
                    .collect(Collectors.joining(",", "{", "}")));
        }
        return CommandLine.ExitCode.OK;
    }

    /** Levels have no form without a workflow but one: a client that waits. Of those, the fan-out is measured as the one that clients do. */
    private SequencedMap<String, Double> measure(BaselineWorker worker)
            throws InterruptedException, ExecutionException {
        MixedTask task = new MixedTask(type, "{\"sleep_ms\":0}".getBytes(StandardCharsets.UTF_8));
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        seconds("warm-up", Math.max(1, tasks / 10), CLIENTS, () -> worker.submit(task));
        double single = seconds("single tasks", tasks, CLIENTS, () -> worker.submit(task));
        figures.put("single_tasks_per_second", tasks / single);
        List<Integer> fan = List.of(1, fanOut, 1);
        seconds("warm-up", 1, 1, () -> worker.submitLevels(fan, task));
        figures.put("fan_out_seconds", seconds("fan-out", 1, 1, () -> worker.submitLevels(fan, task)));
        if (tuning.each == TaskForm.WORKFLOW) {
            List<Integer> links = Collections.nCopies(chain, 1);
            seconds("warm-up", 1, 1, () -> worker.submitLevels(links, task));
            double chainSeconds = seconds("chain", 1, 1, () -> worker.submitLevels(links, task));
            figures.put("chain_ms_per_step", 1e3 * chainSeconds / chain);
            List<Integer> dag = List.of(1, 4, 4, 1);
            int dagTasks = dag.stream().mapToInt(Integer::intValue).sum();
            seconds("warm-up", Math.max(1, dags / 10), dags, () -> worker.submitLevels(dag, task));
            double dagSeconds = seconds("DAGs", dags, dags, () -> worker.submitLevels(dag, task));
            figures.put("dag_tasks_per_second", dags * dagTasks / dagSeconds);
        }
        return figures;
    }

    /** From the first start to the last end; throws if one did not complete. */
    private static double seconds(String what, int executions, int atOnce, Supplier<CompletableFuture<Boolean>> start)
            throws InterruptedException, ExecutionException {
        long begun = System.nanoTime();
        Callable<Boolean> execution = () -> start.get().get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        try (ExecutorService clients =
                Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            for (Future<Boolean> end : clients.invokeAll(Collections.nCopies(executions, execution))) {
                if (!end.get()) {
                    throw new IllegalStateException(what + ": one did not complete");
                }
            }
        }
        double seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
        LOG.info("{}: {} executions in {} s", what, executions, seconds);
        return seconds;
    }
}
