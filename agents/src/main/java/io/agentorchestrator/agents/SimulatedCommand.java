package io.agentorchestrator.agents;

import io.agentorchestrator.agents.simulated.Ledger;
import io.agentorchestrator.agents.simulated.SimulatedHandler;
import io.agentorchestrator.sdk.HandlerThreads;
import io.agentorchestrator.sdk.TaskHandler;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "simulated",
        description = "Pretends to work, for tests and load. Always serves the type simulated.",
        mixinStandardHelpOptions = true)
final class SimulatedCommand implements Callable<Integer> {
    private static final int MAX_CONCURRENT_TASKS = 100;
    private static final int MAX_AGENTS = 1_000;

    @Mixin
    private final AgentProcess process = new AgentProcess();

    @Option(names = "--types", split = ",", paramLabel = "TYPE", description = "Further task types to serve.")
    private List<String> types = List.of();

    @Option(
            names = "--ledger",
            paramLabel = "DIR",
            description =
                    "Where executions and effects are counted; shared by all simulated agents (default: ${DEFAULT-VALUE}).")
    private Path ledger = Path.of(".orchestrator", "ledger");

    @Option(
            names = "--agents",
            paramLabel = "N",
            description =
                    "How many agents this process is, each with an address and slots of its own, in the pools of its types in turn (default: ${DEFAULT-VALUE}).")
    private int agents = 1;

    @Override
    public Integer call() throws Exception {
        if (agents < 1 || agents > MAX_AGENTS) {
            throw new IllegalArgumentException("--agents must be 1 to " + MAX_AGENTS + ", not " + agents);
        }
        // Never closed: executions are written until the process ends, and each line is in the file at once.
        TaskHandler handler = new SimulatedHandler(Ledger.open(ledger));
        return process.serve(
                IntStream.range(0, agents)
                        .mapToObj(number -> handlers(number, handler))
                        .toList(),
                MAX_CONCURRENT_TASKS,
                HandlerThreads.VIRTUAL);
    }

    /** All types, another one first for each agent: the first names its pool. */
    private SequencedMap<String, TaskHandler> handlers(int number, TaskHandler handler) {
        List<String> ordered = new ArrayList<>(types);
        Collections.rotate(ordered, -number);
        SequencedMap<String, TaskHandler> handlers = new LinkedHashMap<>();
        ordered.forEach(type -> handlers.put(type.strip(), handler));
        handlers.put("simulated", handler);
        return handlers;
    }
}
