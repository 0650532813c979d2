package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.stack.Ports;
import picocli.CommandLine.Option;

/** The options that move the stack's ports. */
public final class PortOptions {
    @Option(names = "--api-port", paramLabel = "PORT", description = "REST API (default: ${DEFAULT-VALUE}).")
    private int api = Ports.DEFAULT.api();

    @Option(names = "--worker-port", paramLabel = "PORT", description = "Worker's health (default: ${DEFAULT-VALUE}).")
    private int worker = Ports.DEFAULT.worker();

    @Option(names = "--temporal-port", paramLabel = "PORT", description = "Temporal (default: ${DEFAULT-VALUE}).")
    private int temporal = Ports.DEFAULT.temporal();

    @Option(
            names = "--temporal-ui-port",
            paramLabel = "PORT",
            description = "Temporal's Web UI (default: ${DEFAULT-VALUE}).")
    private int temporalUi = Ports.DEFAULT.temporalUi();

    @Option(names = "--postgres-port", paramLabel = "PORT", description = "PostgreSQL (default: ${DEFAULT-VALUE}).")
    private int postgres = Ports.DEFAULT.postgres();

    @Option(names = "--redis-port", paramLabel = "PORT", description = "Redis (default: ${DEFAULT-VALUE}).")
    private int redis = Ports.DEFAULT.redis();

    /** The ports that the user chose, or the usual ones. */
    public Ports ports() {
        return new Ports(api, worker, temporal, temporalUi, postgres, redis);
    }
}
