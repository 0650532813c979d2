package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.scenario.Options.FleetSize;
import io.agentorchestrator.benchmarks.loadtest.store.LoadStore;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.server.PostgresServer;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
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

    private static final Duration LEFTOVERS_LIMIT = Duration.ofMinutes(5);
    private static final Duration LEFTOVERS_PAUSE = Duration.ofSeconds(5);

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

    /** Starts agents, and has them finish what an earlier load test left behind, which would be in the way. */
    LoadAgents startAgents(List<String> types, FleetSize fleet, LoadStore store)
            throws IOException, SQLException, InterruptedException {
        told.accept("Starting load agents: " + fleet.words() + ".");
        LoadAgents agents = LoadAgents.start(layout, apiUrl(), types, fleet.agents(), fleet.slotsEach(), store);
        try {
            awaitLeftovers(types, store);
            return agents;
        } catch (SQLException | InterruptedException | RuntimeException e) {
            agents.close();
            throw e;
        }
    }

    private void awaitLeftovers(List<String> types, LoadStore store) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LEFTOVERS_LIMIT.toNanos();
        for (long left = leftovers(types, store); left > 0; left = leftovers(types, store)) {
            if (System.nanoTime() - deadline > 0) {
                throw new CliFailure(Figures.count(left) + " tasks of an earlier load test have not ended within "
                        + LEFTOVERS_LIMIT + " and would be in the way: try again later, or start with new data"
                        + " (./orchestrator down, remove .orchestrator/data).");
            }
            told.accept("Waiting for " + Figures.count(left) + " tasks of an earlier load test.");
            Thread.sleep(LEFTOVERS_PAUSE);
        }
    }

    private static long leftovers(List<String> types, LoadStore store) throws SQLException {
        LoadStore.Depth depth = store.depth(types);
        return depth.running() + depth.queued();
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
