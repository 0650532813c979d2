package io.agentorchestrator.cli.loadtest.scenario;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.loadtest.fleet.LoadAgents;
import io.agentorchestrator.cli.loadtest.measure.CpuMeter;
import io.agentorchestrator.cli.loadtest.store.LoadStore;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.server.PostgresServer;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stack under test.
 *
 * @param told what happens, a line at a time
 */
public record Target(StackLayout layout, StackSettings settings, Consumer<String> told) {
    private static final String SUPERVISOR = "supervisor";
    private static final String LOAD_AGENTS = "load agents";
    static final String GENERATOR = "generator (this process)";

    String apiUrl() {
        return settings.ports().apiUrl();
    }

    String databaseUrl() {
        return "jdbc:postgresql://127.0.0.1:" + settings.ports().postgres() + "/" + PostgresServer.NAME;
    }

    String databasePassword() {
        try {
            return new PostgresServer(
                            layout.programs(), layout.data(), settings.ports().postgres())
                    .password();
        } catch (IOException e) {
            throw new CliFailure(
                    "A load test counts in the embedded stack's own store, and there is no password of it in "
                            + layout.data() + ": start the stack with ./orchestrator up.",
                    e);
        }
    }

    /** A connection of its own to the store. */
    LoadStore openStore() {
        return new LoadStore(databaseUrl(), PostgresServer.NAME, databasePassword());
    }

    /** The processes to measure: the stack's, the load agents', and this one. */
    CpuMeter cpuMeter(@Nullable LoadAgents agents) {
        return new CpuMeter(() -> roots(agents));
    }

    private List<CpuMeter.Root> roots(@Nullable LoadAgents agents) {
        List<CpuMeter.Root> roots = new ArrayList<>();
        for (Component component : Component.values()) {
            add(roots, component.id(), layout.pidFile(component), true);
        }
        // The components are its children, and counted above.
        add(roots, SUPERVISOR, layout.supervisorPidFile(), false);
        if (agents != null) {
            agents.pids().forEach(pid -> roots.add(new CpuMeter.Root(LOAD_AGENTS, pid, true)));
        }
        roots.add(new CpuMeter.Root(GENERATOR, ProcessHandle.current().pid(), false));
        return roots;
    }

    private static void add(List<CpuMeter.Root> roots, String name, Path pidFile, boolean withDescendants) {
        ProcessIdentity.readLiving(pidFile)
                .ifPresent(process -> roots.add(new CpuMeter.Root(name, process.pid(), withDescendants)));
    }
}
