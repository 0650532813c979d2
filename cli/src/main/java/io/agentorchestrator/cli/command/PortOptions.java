package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.stack.Ports;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that move the stack's ports. */
public final class PortOptions {
    private static final int MAX_PORT = 65_535;

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

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /**
     * The ports that the user chose, or the usual ones.
     *
     * @throws ParameterException if one is none
     */
    public Ports ports() {
        Ports ports = new Ports(api, worker, temporal, temporalUi, postgres, redis);
        ports.assignments(true).stream()
                .filter(port -> port.port() < 1 || port.port() > MAX_PORT)
                .findFirst()
                .ifPresent(port -> {
                    throw new ParameterException(
                            Objects.requireNonNull(command).commandLine(),
                            port.option() + " takes a port, 1 to " + MAX_PORT + ", not " + port.port() + ".");
                });
        return ports;
    }
}
