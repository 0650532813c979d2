package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.supervise.HttpProbe;
import io.agentorchestrator.cli.supervise.StackDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** A second API and a second worker beside the stack's own, which nobody starts again when they end. For one thread. */
public final class FurtherProcesses implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Map<Component, Further> processes = new EnumMap<>(Component.class);
    /** Ctrl-C and SIGTERM end this process without closing anything. */
    private final Thread atExit = Thread.ofPlatform().unstarted(this::kill);

    private record Further(Process process, String url, Path log) {}

    private FurtherProcesses() {
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts these, each an API or a worker, and waits until all are ready. */
    public static FurtherProcesses start(StackLayout layout, StackSettings settings, Component... components)
            throws IOException, InterruptedException {
        FurtherProcesses started = new FurtherProcesses();
        try {
            for (Component component : components) {
                int port = freePort();
                Path log = layout.logs().resolve(component.id() + StackDefinition.FURTHER + ".log");
                Process process = StackDefinition.another(layout, settings, component, port)
                        .start(log);
                started.processes.put(component, new Further(process, "http://127.0.0.1:" + port, log));
            }
            started.awaitReady();
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws InterruptedException {
        HttpProbe http = new HttpProbe();
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        for (Map.Entry<Component, Further> each : processes.entrySet()) {
            Further further = each.getValue();
            while (!http.ok(further.url() + StackDefinition.READINESS)) {
                if (!further.process().isAlive() || System.nanoTime() - deadline > 0) {
                    throw new CliFailure("A second " + each.getKey().title() + " did not become ready within "
                            + READY_LIMIT + "; its log is " + further.log() + ".");
                }
                Thread.sleep(LOOK_EVERY);
            }
        }
    }

    /** Where the second API or worker listens. */
    public String url(Component component) {
        return of(component).url();
    }

    /** The process of the second API or worker. */
    public long pid(Component component) {
        return of(component).process().pid();
    }

    private Further of(Component component) {
        Further further = processes.get(component);
        if (further == null) {
            throw new IllegalArgumentException("no second " + component.title() + " was started");
        }
        return further;
    }

    /** Kills all of them with SIGKILL. */
    public void kill() {
        for (Further further : processes.values()) {
            further.process().descendants().forEach(ProcessHandle::destroyForcibly);
            further.process().destroyForcibly();
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // The hook does it.
        }
    }
}
