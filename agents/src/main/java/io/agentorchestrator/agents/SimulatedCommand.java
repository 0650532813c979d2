package io.agentorchestrator.agents;

import io.agentorchestrator.agents.simulated.Ledger;
import io.agentorchestrator.agents.simulated.SimulatedHandler;
import io.agentorchestrator.sdk.HandlerThreads;
import io.agentorchestrator.sdk.TaskHandler;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "simulated",
        description = "Pretends to work, for tests and load. Always serves the type simulated.",
        mixinStandardHelpOptions = true)
final class SimulatedCommand implements Callable<Integer> {
    private static final int MAX_CONCURRENT_TASKS = 100;

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

    @Override
    public Integer call() throws Exception {
        // Never closed: executions are written until the process ends, and each line is in the file at once.
        TaskHandler handler = new SimulatedHandler(Ledger.open(ledger));
        SequencedMap<String, TaskHandler> handlers = new LinkedHashMap<>();
        types.forEach(type -> handlers.put(type.strip(), handler));
        handlers.put("simulated", handler);
        return process.serve(handlers, MAX_CONCURRENT_TASKS, HandlerThreads.VIRTUAL);
    }
}
