package io.agentorchestrator.agents;

import io.agentorchestrator.agents.source.SourceHandlers;
import io.agentorchestrator.sdk.HandlerThreads;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "source",
        description = "Analyses directories of source code and writes reports.",
        mixinStandardHelpOptions = true)
final class SourceCommand implements Callable<Integer> {
    private static final int MAX_CONCURRENT_TASKS = 4;

    @Mixin
    private final AgentProcess process = new AgentProcess();

    @Option(
            names = "--reports",
            paramLabel = "DIR",
            description = "Where reports are written; shared by all source agents (default: ${DEFAULT-VALUE}).")
    private Path reports = Path.of(".orchestrator", "reports");

    @Override
    public Integer call() throws Exception {
        return process.serve(SourceHandlers.all(reports), MAX_CONCURRENT_TASKS, HandlerThreads.PLATFORM);
    }
}
