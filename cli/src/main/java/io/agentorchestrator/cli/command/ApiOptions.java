package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import picocli.CommandLine.Option;

/** The options of verbs that talk to an API. */
final class ApiOptions {
    @Option(
            names = "--api",
            paramLabel = "URL",
            defaultValue = "",
            description = "The API to talk to (default: $ORCHESTRATOR_API, else this checkout's stack).")
    private String url = "";

    String url() {
        return url;
    }

    ApiClient client(Invocation invocation) {
        return invocation.api(url);
    }
}
