package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.server.SecretFile;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;

/** The key of which the stack's API and worker make the credentials of agents. It is kept beside the databases, and in none of them. */
public final class AgentsKey {
    /** By which the API, the worker and others are told. */
    public static final String VARIABLE = "ORCHESTRATOR_AGENTS_KEY";

    private AgentsKey() {}

    /** The key, made on first use; only its owner may read the file. Whoever is the first to make it makes it for all: components start at once. */
    public static String of(StackLayout layout) throws IOException {
        return SecretFile.of(layout.data().resolve("agents.key"), 32);
    }
}
