package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.PortHolder;
import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks what must hold before a stack starts. Every check answers with one sentence, or nothing when all is well. */
public final class Preconditions {
    /** Less free disk than this, and the databases would stop halfway. */
    public static final long MIN_FREE_MIB = 500;

    private Preconditions() {}

    /** Ports that are taken or given twice. */
    public static List<String> ports(Ports ports, boolean temporalIsOurs) {
        Set<Integer> seen = new HashSet<>();
        return ports.assignments(temporalIsOurs).stream()
                .flatMap(each -> {
                    if (!seen.add(each.port())) {
                        return Stream.of("Port %d is given twice, once for %s: choose another with %s."
                                .formatted(each.port(), each.use(), each.option()));
                    }
                    return PortHolder.isFree(each.port()) ? Stream.empty() : Stream.of(taken(each));
                })
                .toList();
    }

    private static String taken(Ports.Assignment port) {
        String holder = PortHolder.of(port.port())
                .map(found -> "pid %d (%s)".formatted(found.pid(), found.command()))
                .orElse("another process");
        return "Port %d, for %s, is held by %s: stop it, or choose another with %s PORT."
                .formatted(port.port(), port.use(), holder, port.option());
    }

    /** A state directory that cannot be written, or too little free disk below it. */
    public static Optional<String> disk(StackLayout layout) {
        try {
            for (Path each : List.of(layout.state(), layout.data(), layout.logs(), layout.pids())) {
                Files.createDirectories(each);
            }
            Path probe = Files.createTempFile(layout.state(), "probe", null);
            Files.delete(probe);
            long freeMib = Files.getFileStore(layout.state()).getUsableSpace() >> 20;
            return freeMib >= MIN_FREE_MIB
                    ? Optional.empty()
                    : Optional.of("Only %d MiB are free below %s and the stack wants %d: free some disk."
                            .formatted(freeMib, layout.state(), MIN_FREE_MIB));
        } catch (IOException e) {
            return Optional.of("%s cannot be written (%s): fix its permissions, or run as its owner."
                    .formatted(layout.state(), CliFailure.reason(e)));
        }
    }
}
