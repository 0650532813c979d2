package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.AgentProgram;
import io.agentorchestrator.cli.RealStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Simulated agents beside the stack's own, each started again whenever it ends, as any cluster would. Thread-safe. */
final class Fleet implements AutoCloseable {
    static final int AGENTS = 5;
    /** Few, since a task that crashes its agent takes its neighbours with it. */
    private static final int MAX_CONCURRENT_TASKS = 6;

    static final int SLOTS = AGENTS * MAX_CONCURRENT_TASKS;

    private static final Duration RESTART_AFTER = Duration.ofMillis(500);

    private final RealStack stack;
    private final String type;
    private final Path logs;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger crashes = new AtomicInteger();
    private final Set<Long> killed = ConcurrentHashMap.newKeySet();
    private final List<Member> members = new ArrayList<>();

    private final class Member implements Runnable {
        private final Path log;
        private final Thread keeper = Thread.ofVirtual().unstarted(this);
        private Process process;
        private boolean wasKilled;

        Member(int number) throws IOException {
            this.log = logs.resolve("agent-fleet-" + number + ".log");
            this.process = start(log);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    current().waitFor();
                    if (closed.await(RESTART_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    startAgain();
                }
            } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private synchronized Process current() {
            return process;
        }

        private synchronized void startAgain() throws IOException {
            if (!wasKilled) {
                crashes.incrementAndGet();
            }
            wasKilled = false;
            if (closed.getCount() > 0) {
                process = start(log);
            }
        }

        /** False: it is dead already. */
        private synchronized boolean kill() {
            if (wasKilled || !process.isAlive()) {
                return false;
            }
            wasKilled = true;
            killed.add(process.pid());
            process.destroyForcibly();
            return true;
        }
    }

    private Fleet(RealStack stack, String type) throws IOException {
        this.stack = stack;
        this.type = type;
        this.logs = Files.createDirectories(stack.layout().logs());
        for (int i = 0; i < AGENTS; i++) {
            members.add(new Member(i));
        }
        members.forEach(member -> member.keeper.start());
    }

    /** @param type what they serve beside {@code simulated} */
    static Fleet start(RealStack stack, String type) throws IOException {
        return new Fleet(stack, type);
    }

    private Process start(Path log) throws IOException {
        return AgentProgram.start(stack, MAX_CONCURRENT_TASKS, log, type);
    }

    /** Kills one of them; false: it was dead already. */
    boolean kill(int number) {
        return members.get(number).kill();
    }

    /** The processes that were killed. */
    Set<Long> killed() {
        return killed;
    }

    /** How often one ended that nobody had killed: tasks crash it. */
    int crashes() {
        return crashes.get();
    }

    @Override
    public void close() {
        closed.countDown();
        members.forEach(member -> member.current().destroyForcibly().onExit().join());
    }
}
