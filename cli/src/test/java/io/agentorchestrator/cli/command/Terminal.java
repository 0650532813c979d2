package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.console.Console;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Where a user types verbs and reads what comes. */
final class Terminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Path directory;
    private final FakeApi api;
    private InputStream in = InputStream.nullInputStream();

    Terminal(Path directory, FakeApi api) {
        this.directory = directory;
        this.api = api;
    }

    private static Invocation invocation(
            Path directory, Map<String, String> environment, InputStream in, OutputStream out, OutputStream err) {
        return new Invocation(
                StackLayout.of(directory),
                directory,
                environment,
                false,
                in,
                Console.ofOutput(out),
                Console.ofErrors(err));
    }

    /** Gives the next verb this as its standard input. */
    void pipe(byte[] input) {
        pipe(new ByteArrayInputStream(input));
    }

    /** Gives the next verb this as its standard input. */
    void pipe(InputStream input) {
        in = input;
    }

    /** Things that a verb takes from a process here. */
    Invocation invocation() {
        return invocation(directory, Map.of("ORCHESTRATOR_API", api.url()), in, out, err);
    }

    int orchestrator(String... arguments) {
        return orchestrator(out, arguments);
    }

    /** A verb whose output goes elsewhere. */
    int orchestrator(OutputStream elsewhere, String... arguments) {
        Map<String, String> environment = Map.of("ORCHESTRATOR_API", api.url());
        return OrchestratorCommand.run(invocation(directory, environment, in, elsewhere, err), arguments);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What was printed, to the byte; the next verb begins anew. */
    byte[] takeOut() {
        byte[] taken = out.toByteArray();
        out.reset();
        return taken;
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
