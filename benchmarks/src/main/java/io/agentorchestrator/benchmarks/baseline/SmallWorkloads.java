package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.benchmarks.baseline.TaskMix.MixedTask;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures plain Temporal, by workflows written by hand, with four small workloads of tasks that do nothing, each once after a smaller one that
 * warms it up. Prints one line of JSON; all else goes to standard error. See docs/benchmarks.md.
 */
@Command(
        name = "small-workloads",
        description = "Measures plain Temporal with four small workloads, with the agents of a running stack.",
        mixinStandardHelpOptions = true)
public final class SmallWorkloads implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(SmallWorkloads.class);
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

    private SmallWorkloads() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new SmallWorkloads()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try (RunningStack.Session session = stack.open(List.of(type), tuning)) {
            BaselineWorker worker = session.worker();
            MixedTask task = new MixedTask(type, "{\"sleep_ms\":0}".getBytes(StandardCharsets.UTF_8));
            List<Integer> fan = List.of(1, fanOut, 1);
            List<Integer> links = Collections.nCopies(chain, 1);
            List<Integer> dag = List.of(1, 4, 4, 1);
            int dagTasks = dag.stream().mapToInt(Integer::intValue).sum();
            seconds("warm-up", Math.max(1, tasks / 10), CLIENTS, () -> worker.submit(task));
            double single = seconds("single tasks", tasks, CLIENTS, () -> worker.submit(task));
            seconds("warm-up", 1, 1, () -> worker.submitLevels(fan, task));
            double fanSeconds = seconds("fan-out", 1, 1, () -> worker.submitLevels(fan, task));
            seconds("warm-up", 1, 1, () -> worker.submitLevels(links, task));
            double chainSeconds = seconds("chain", 1, 1, () -> worker.submitLevels(links, task));
            seconds("warm-up", Math.max(1, dags / 10), dags, () -> worker.submitLevels(dag, task));
            double dagSeconds = seconds("DAGs", dags, dags, () -> worker.submitLevels(dag, task));
            System.out.printf(
                    Locale.ROOT,
                    "{\"single_tasks_per_second\":%.1f,\"fan_out_seconds\":%.3f,\"chain_ms_per_step\":%.2f,"
                            + "\"dag_tasks_per_second\":%.1f}%n",
                    tasks / single,
                    fanSeconds,
                    1e3 * chainSeconds / chain,
                    dags * dagTasks / dagSeconds);
        }
        return CommandLine.ExitCode.OK;
    }

    /** From the first start to the last end; throws if one did not complete. */
    private static double seconds(String what, int workflows, int atOnce, Supplier<CompletableFuture<Boolean>> start)
            throws InterruptedException, ExecutionException, TimeoutException {
        long begun = System.nanoTime();
        Semaphore room = new Semaphore(atOnce);
        List<CompletableFuture<Boolean>> starts = new ArrayList<>();
        for (int i = 0; i < workflows; i++) {
            room.acquire();
            CompletableFuture<Boolean> end = new CompletableFuture<>();
            starts.add(end);
            Thread.startVirtualThread(() -> {
                try {
                    end.complete(start.get().get(PATIENCE_MINUTES, TimeUnit.MINUTES));
                } catch (ExecutionException | TimeoutException | InterruptedException | RuntimeException e) {
                    end.completeExceptionally(e);
                } finally {
                    room.release();
                }
            });
        }
        for (CompletableFuture<Boolean> end : starts) {
            if (!end.get(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                throw new IllegalStateException(what + ": a workflow did not complete");
            }
        }
        double seconds = (System.nanoTime() - begun) / NANOS_PER_SECOND;
        LOG.info("{}: {} workflows in {} s", what, workflows, seconds);
        return seconds;
    }
}
