package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.failure.CliFailure;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Names the load test among the verbs. It is a program of its own, module benchmarks, which the script starts. */
@Command(description = LoadTestElsewhere.DESCRIPTION)
public final class LoadTestElsewhere implements Callable<Integer> {
    /** The load test in a sentence. */
    public static final String DESCRIPTION =
            "Puts load on this checkout's embedded stack and says whether it meets its goals.";

    LoadTestElsewhere() {}

    @Override
    public Integer call() {
        throw new CliFailure("The load test is not part of this program: run ./orchestrator load-test in a checkout.");
    }
}
