package io.agentorchestrator.sdk;

import io.agentorchestrator.sdk.registration.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An agent with a fixed identity and these types: {@code echo} returns its payload, {@code wait} waits until it is let go or
 * interrupted, {@code stubborn} until it is let go whatever happens; {@code reports} makes all kinds of reports and waits.
 */
final class TestAgent implements AutoCloseable {
    static final Identity IDENTITY = new Identity("agent-1", "a secret with ümlauts");

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final AtomicInteger executions = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final TaskTable table;
    private final WorkServer server;

    TestAgent(int maxConcurrentTasks) {
        this(maxConcurrentTasks, Map.of());
    }

    TestAgent(int maxConcurrentTasks, Map<String, TaskHandler> more) {
        this(maxConcurrentTasks, more, HandlerThreads.VIRTUAL);
    }

    TestAgent(int maxConcurrentTasks, Map<String, TaskHandler> more, HandlerThreads threads) {
        Map<String, TaskHandler> handlers = new java.util.HashMap<>(Map.of(
                "echo", counted(TaskContext::payload),
                "wait", counted(_ -> waitFor(letGo)),
                "stubborn", counted(_ -> waitStubbornly(letGo)),
                "reports", counted(this::report)));
        more.forEach((type, handler) -> handlers.put(type, counted(handler)));
        table = new Execution(maxConcurrentTasks, handlers, threads).table();
        try {
            server = new WorkServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), table, () -> IDENTITY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.port();
    }

    TaskTable table() {
        return table;
    }

    FakeWorker worker() {
        return FakeWorker.welcomed(port(), IDENTITY);
    }

    void letGo() {
        letGo.countDown();
    }

    int executions() {
        return executions.get();
    }

    int running() {
        return running.get();
    }

    int mostAtOnce() {
        return mostAtOnce.get();
    }

    int interrupted() {
        return interrupted.get();
    }

    @Override
    public void close() {
        letGo();
        server.close();
    }

    private Object report(TaskContext task) throws InterruptedException {
        task.progress(0.25, "a quarter");
        task.checkpoint(new byte[] {42});
        task.usage(1_500, 10, 20);
        return waitFor(letGo);
    }

    private Object waitFor(CountDownLatch latch) throws InterruptedException {
        try {
            latch.await();
            return "let go";
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw e;
        }
    }

    private static Object waitStubbornly(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return "let go";
            } catch (InterruptedException ignored) {
                // that is what stubborn means
            }
        }
    }

    private TaskHandler counted(TaskHandler handler) {
        return task -> {
            executions.incrementAndGet();
            mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                return handler.handle(task);
            } finally {
                running.decrementAndGet();
            }
        };
    }
}
