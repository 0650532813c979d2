package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.ExitHook;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.supervise.SimulatedAgents;
import io.agentorchestrator.cli.supervise.SimulatedAgents.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The simulated agents of a load test: processes of its own, each one agent or several, started again whenever it ends. Thread-safe. */
public final class LoadAgents implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(30);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration RESTART_AFTER = Duration.ofMillis(500);
    private static final String HEAP = "256m";

    private final StackLayout layout;
    private final String apiUrl;
    private final List<String> types;
    private final int agents;
    private final int agentsEach;
    private final int slotsEach;
    private final Path ledger;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger ended = new AtomicInteger();
    private final List<Member> members = new ArrayList<>();
    private final ExitHook atExit = new ExitHook(this::stopAll);

    private final class Member implements Runnable {
        private final int number;
        private final Thread keeper = Thread.ofVirtual().unstarted(this);
        private Process process;

        Member(int number) throws IOException {
            this.number = number;
            this.process = launch(number);
        }

        @Override
        public void run() {
            try {
                for (current().waitFor();
                        !closed.await(RESTART_AFTER.toMillis(), TimeUnit.MILLISECONDS);
                        current().waitFor()) {
                    ended.incrementAndGet();
                    startAgain();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new CliFailure("Load agent " + number + " cannot be started again: " + CliFailure.reason(e), e);
            }
        }

        private synchronized void startAgain() throws IOException {
            if (closed.getCount() > 0) {
                process = launch(number);
            }
        }

        private synchronized Process current() {
            return process;
        }
    }

    private LoadAgents(StackLayout layout, String apiUrl, List<String> types, int agents, int agentsEach, int slotsEach)
            throws IOException {
        this.layout = layout;
        this.apiUrl = apiUrl;
        this.types = List.copyOf(types);
        this.agents = agents;
        this.agentsEach = agentsEach;
        this.slotsEach = slotsEach;
        this.ledger = Files.createDirectories(layout.data().resolve("load-test-ledger"));
        for (int i = 0; i * agentsEach < agents; i++) {
            members.add(new Member(i));
        }
        members.forEach(member -> member.keeper.start());
    }

    /**
     * Starts agents and waits until all are registered.
     *
     * @param agentsEach how many of them are one process
     * @param slotsEach how many tasks each agent takes at once
     */
    public static LoadAgents start(
            StackLayout layout,
            String apiUrl,
            List<String> types,
            int agents,
            int agentsEach,
            int slotsEach,
            TaskApi api)
            throws IOException, InterruptedException {
        LoadAgents fleet = new LoadAgents(layout, apiUrl, types, agents, agentsEach, slotsEach);
        if (!Patience.until(READY_LIMIT, LOOK_EVERY, () -> api.agents(types.getFirst(), HEARD_WITHIN) >= agents)) {
            fleet.close();
            throw new CliFailure("The load agents did not register within " + READY_LIMIT.toMinutes()
                    + " min; their logs are " + layout.logs().resolve("agent-load-*.log") + ".");
        }
        return fleet;
    }

    private Process launch(int number) throws IOException {
        String name = "agent-load-" + number;
        int count = Math.min(agentsEach, agents - number * agentsEach);
        return SimulatedAgents.program(layout, apiUrl, new Wanted(name, count, types, slotsEach, HEAP, ledger, DRAIN))
                .start(layout.logs().resolve(name + ".log"));
    }

    /** The number of agents. */
    public int size() {
        return agents;
    }

    /** The number of tasks that all agents together take at once. */
    public int slots() {
        return agents * slotsEach;
    }

    /** Counts how often one of their processes ended before the end. */
    public int ended() {
        return ended.get();
    }

    /** Their processes now. */
    public List<Long> pids() {
        return members.stream().map(member -> member.current().pid()).toList();
    }

    /** Tasks of which an agent has begun more than one execution since the agents were started. */
    public long executedTwice() throws IOException {
        Map<String, Integer> executions = new HashMap<>();
        for (Path file : ledgers()) {
            for (String line : Files.readAllLines(file)) {
                executions.merge(line.substring(0, Math.max(0, line.indexOf('\t'))), 1, Integer::sum);
            }
        }
        return executions.values().stream().filter(count -> count > 1).count();
    }

    private List<Path> ledgers() throws IOException {
        try (Stream<Path> files = Files.walk(ledger)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    /** Kills one of them with SIGKILL, and those of the same process. */
    public void kill(int number) {
        members.get(number / agentsEach).current().destroyForcibly();
    }

    private void stopAll() {
        closed.countDown();
        members.forEach(member -> member.current().destroy());
    }

    @Override
    public void close() {
        stopAll();
        atExit.close();
        try {
            Patience.until(
                    STOP_LIMIT,
                    () -> members.stream().noneMatch(member -> member.current().isAlive()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.forEach(member -> member.current().destroyForcibly());
        // Before its executions fill the disk; nobody counts them after a load test.
        try {
            for (Path file : ledgers()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException leftBehind) {
            // The next load test tries again.
        }
    }
}
