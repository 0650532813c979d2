package io.agentorchestrator.cli.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.FreePorts;
import io.agentorchestrator.cli.process.PortHolder;
import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreconditionsIT {
    @TempDir
    private Path directory;

    private static Ports freePorts() {
        return new Ports(
                FreePorts.next(),
                FreePorts.next(),
                FreePorts.next(),
                FreePorts.next(),
                FreePorts.next(),
                FreePorts.next());
    }

    @Test
    void freePortsAreFine() throws IOException {
        assertThat(Preconditions.ports(freePorts(), true)).isEmpty();
    }

    @Test
    void aTakenPortIsNamedWithItsUseItsHolderAndItsOption() throws IOException {
        Ports free = freePorts();
        try (ServerSocket holder = new ServerSocket()) {
            holder.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), free.redis()));

            assertThat(Preconditions.ports(free, true))
                    .singleElement()
                    .asString()
                    .startsWith("Port " + free.redis() + ", for Redis, is held by")
                    .endsWith("stop it, or choose another with --redis-port PORT.");
            if (Files.exists(Path.of("/proc/net/tcp"))) {
                assertThat(PortHolder.of(free.redis()))
                        .map(PortHolder::pid)
                        .contains(ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void aPortGivenTwiceIsNamed() throws IOException {
        Ports free = freePorts();
        Ports twice =
                new Ports(free.api(), free.api(), free.temporal(), free.temporalUi(), free.postgres(), free.redis());

        assertThat(Preconditions.ports(twice, true)).singleElement().asString().contains("given twice");
    }

    @Test
    void portsOfSomebodyElsesTemporalDoNotMatter() throws IOException {
        Ports free = freePorts();
        try (ServerSocket holder = new ServerSocket()) {
            holder.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), free.temporal()));

            assertThat(Preconditions.ports(free, false)).isEmpty();
        }
    }

    @Test
    void aStateDirectoryThatCannotBeIsNamed() throws IOException {
        assertThat(Preconditions.disk(StackLayout.of(directory))).isEmpty();
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThat(Preconditions.disk(StackLayout.of(file))).get().asString().contains("cannot be written");
    }
}
