package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.stack.StackLayout;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Where a user types verbs and reads what comes. */
final class Terminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path directory;
    private final FakeApi api;

    Terminal(Path directory, FakeApi api) {
        this.directory = directory;
        this.api = api;
    }

    int orchestrator(String... arguments) {
        Invocation invocation = new Invocation(
                StackLayout.of(directory),
                directory,
                Map.of("ORCHESTRATOR_API", api.url()),
                false,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return OrchestratorCommand.run(invocation, arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
