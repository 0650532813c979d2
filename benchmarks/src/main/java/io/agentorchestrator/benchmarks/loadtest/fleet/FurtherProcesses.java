package io.agentorchestrator.benchmarks.loadtest.fleet;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.ExitHook;
import io.agentorchestrator.cli.process.Patience;
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
import java.util.ArrayList;
import java.util.List;

/** A second API and a second worker beside the stack's own, which nobody starts again when they end. For one thread. */
public final class FurtherProcesses implements AutoCloseable {
    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private final List<Process> processes = new ArrayList<>();
    private final ExitHook atExit = new ExitHook(this::kill);
    private final StackLayout layout;
    private final StackSettings settings;

    /** None yet. */
    public FurtherProcesses(StackLayout layout, StackSettings settings) {
        this.layout = layout;
        this.settings = settings;
    }

    /** Starts an API or a worker and waits until it is ready; returns where it listens. */
    public String start(Component component) throws IOException, InterruptedException {
        int port = freePort();
        String url = "http://127.0.0.1:" + port;
        Path log = layout.logs().resolve(component.id() + StackDefinition.FURTHER + ".log");
        Process process =
                StackDefinition.another(layout, settings, component, port).start(log);
        processes.add(process);
        HttpProbe http = new HttpProbe();
        boolean ended = Patience.until(
                READY_LIMIT, LOOK_EVERY, () -> http.ok(url + StackDefinition.READINESS) || !process.isAlive());
        if (!ended || !process.isAlive()) {
            throw new CliFailure("A second " + component.title() + " did not become ready within " + READY_LIMIT
                    + "; its log is " + log + ".");
        }
        return url;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Kills all of them with SIGKILL. */
    public void kill() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Override
    public void close() {
        kill();
        atExit.close();
    }
}
