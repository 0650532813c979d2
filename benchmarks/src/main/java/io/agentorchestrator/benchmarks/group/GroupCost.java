package io.agentorchestrator.benchmarks.group;

import io.agentorchestrator.benchmarks.loadtest.measure.Latencies;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the processor time that a group takes of Temporal and of a worker, in each form in turn, at a steady rate. Wants a Temporal
 * server that nobody else uses. Prints a line of JSON a turn; all else goes to standard error. See docs/benchmarks.md.
 */
@Command(
        name = "group-cost",
        description = "Measures what a group of tasks costs Temporal as a workflow and as a Standalone Activity.",
        mixinStandardHelpOptions = true)
public final class GroupCost implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCost.class);
    /** Until groups that were started last have ended, and lists show it. */
    private static final Duration SETTLE = Duration.ofSeconds(3);

    @Option(names = "--temporal", paramLabel = "HOST:PORT", description = "Default: ${DEFAULT-VALUE}.")
    private String temporal = "127.0.0.1:7233";

    @Option(names = "--namespace", description = "Default: ${DEFAULT-VALUE}.")
    private String namespace = "default";

    @Option(names = "--server-pid", required = true, description = "Of Temporal.")
    private long serverPid;

    @Option(names = "--forms", split = ",", description = "In turn: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<GroupForm> forms = List.of(GroupForm.values());

    @Option(names = "--rounds", description = "Of all forms. Default: ${DEFAULT-VALUE}.")
    private int rounds = 2;

    @Option(names = "--tasks", description = "In a group. Default: ${DEFAULT-VALUE}.")
    private int tasks = 50;

    @Option(names = "--rate", description = "Groups a second. Default: ${DEFAULT-VALUE}.")
    private double rate = 20;

    @Option(names = "--task-time", description = "What a batch takes. Default: ${DEFAULT-VALUE}.")
    private Duration taskTime = Duration.ofMillis(50);

    @Option(names = "--warm-up", description = "Of each turn. Default: ${DEFAULT-VALUE}.")
    private Duration warmUp = Duration.ofSeconds(5);

    @Option(names = "--duration", description = "Of each turn. Default: ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ofSeconds(20);

    private GroupCost() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new GroupCost()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        InstantDispatch dispatch = new InstantDispatch(taskTime);
        try (GroupWorker worker = new GroupWorker(temporal, namespace, dispatch, tasks);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 1; round <= rounds; round++) {
                for (GroupForm form : forms) {
                    turn(worker, dispatch, threads, form, round);
                }
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private void turn(GroupWorker worker, InstantDispatch dispatch, ExecutorService threads, GroupForm form, int round)
            throws InterruptedException {
        long completedBefore = worker.listedAsCompleted(form);
        AtomicLong failed = new AtomicLong();
        int groups = steadily(worker, threads, form, warmUp, failed);
        Thread.sleep(SETTLE);
        dispatch.takeWaits();
        Cpu before = Cpu.now(serverPid);
        int measured = steadily(worker, threads, form, duration, failed);
        Thread.sleep(SETTLE); // what ends late, and rows of lists, are part of the price
        Cpu used = Cpu.now(serverPid).minus(before);
        Histogram waits = dispatch.takeWaits();
        long completed = worker.listedAsCompleted(form) - completedBefore;
        if (completed != groups + measured || failed.get() > 0) {
            LOG.warn(
                    "{}: {} of {} groups are listed as completed, {} starts failed",
                    form,
                    completed,
                    groups + measured,
                    failed);
        }
        System.out.printf(
                Locale.ROOT,
                "{\"round\":%d,\"form\":\"%s\",\"tasks\":%d,\"groups\":%d,\"completed\":%d,\"server_ms_per_group\":%.2f,"
                        + "\"worker_ms_per_group\":%.2f,\"p50_wait_ms\":%.1f,\"p99_wait_ms\":%.1f}%n",
                round,
                form,
                tasks,
                measured,
                completed - groups,
                used.server().toNanos() / 1e6 / measured,
                used.worker().toNanos() / 1e6 / measured,
                Latencies.millis(waits, 50),
                Latencies.millis(waits, 99));
    }

    /** Starts groups, evenly spaced; how many. */
    private int steadily(
            GroupWorker worker, ExecutorService threads, GroupForm form, Duration length, AtomicLong failed)
            throws InterruptedException {
        int count = (int) Math.round(rate * length.toMillis() / 1e3);
        long begun = System.nanoTime();
        for (int group = 0; group < count; group++) {
            long due = begun + Math.round(group * 1e9 / rate);
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            threads.execute(() -> {
                try {
                    worker.start(form);
                } catch (RuntimeException notStarted) {
                    failed.incrementAndGet();
                    LOG.warn("a group was not started: {}", notStarted.toString());
                }
            });
        }
        return count;
    }

    /** Processor time that the server and this process have used. */
    private record Cpu(Duration server, Duration worker) {
        static Cpu now(long serverPid) {
            return new Cpu(
                    of(ProcessHandle.of(serverPid)
                            .orElseThrow(() -> new IllegalArgumentException("no process " + serverPid))),
                    of(ProcessHandle.current()));
        }

        private static Duration of(ProcessHandle process) {
            return process.info()
                    .totalCpuDuration()
                    .orElseThrow(() -> new IllegalStateException("the system tells no processor times"));
        }

        Cpu minus(Cpu earlier) {
            return new Cpu(server.minus(earlier.server), worker.minus(earlier.worker));
        }
    }
}
