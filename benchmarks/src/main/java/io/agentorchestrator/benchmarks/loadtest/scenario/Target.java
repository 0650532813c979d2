package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.measure.CpuMeter;
import io.agentorchestrator.benchmarks.loadtest.measure.Prometheus;
import io.agentorchestrator.benchmarks.loadtest.measure.Vitals;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.server.PostgresServer;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.supervise.StackDefinition;
import java.io.IOException;
import java.nio.file.Path;
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
    static final String LOAD_AGENTS = "load agents";
    static final String GENERATOR = "generator (this process)";
    private static final Duration LEFTOVERS_LIMIT = Duration.ofMinutes(5);
    private static final Duration LEFTOVERS_PAUSE = Duration.ofSeconds(5);

    void tell(String line) {
        told.accept(line);
    }

    String apiUrl() {
        return settings.ports().apiUrl();
    }

    /** Reads what becomes of tasks there. */
    TaskApi tasks() {
        return new TaskApi(apiUrl());
    }

    /** The metrics of the worker. */
    Prometheus worker() {
        return new Prometheus(settings.ports().workerUrl());
    }

    /** Watches what creeps up there. */
    Vitals vitals(Duration every) {
        return new Vitals(new Prometheus(apiUrl()), worker(), every);
    }

    PostgresServer postgres() {
        return StackDefinition.postgres(layout, settings);
    }

    /** Starts agents, and has them finish what an earlier load test left behind, which would be in the way. */
    LoadAgents startAgents(List<String> types, FleetSize fleet) throws IOException, InterruptedException {
        tell("Starting load agents: " + fleet.words() + ".");
        LoadAgents agents = LoadAgents.start(
                layout, apiUrl(), types, fleet.agents(), fleet.agentsEach(), fleet.slotsEach(), tasks());
        try {
            awaitLeftovers(types);
            return agents;
        } catch (IOException | InterruptedException | RuntimeException e) {
            agents.close();
            throw e;
        }
    }

    private void awaitLeftovers(List<String> types) throws IOException, InterruptedException {
        TaskApi tasks = tasks();
        if (!Patience.until(LEFTOVERS_LIMIT, LEFTOVERS_PAUSE, () -> {
            long left = tasks.depth(types).open();
            if (left > 0) {
                tell("Waiting for " + Figures.count(left) + " tasks of an earlier load test.");
            }
            return left == 0;
        })) {
            throw new CliFailure("Tasks of an earlier load test have not ended within " + LEFTOVERS_LIMIT
                    + " and would be in the way: try again later, or start with new data"
                    + " (./orchestrator down, remove .orchestrator/data).");
        }
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
