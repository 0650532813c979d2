package io.agentorchestrator.cli.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Who listens on a port.
 *
 * @param command its command line, shortened
 */
public record PortHolder(long pid, String command) {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTEN = "0A";
    private static final int COMMAND_CHARS = 80;

    /** Tells whether nothing listens on a loopback port. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    /** The process that listens on a port, where the system tells (Linux, and one's own processes unless root). */
    public static Optional<PortHolder> of(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            sockets.addAll(listening(PROC.resolve(table), port));
        }
        return ProcessHandle.allProcesses()
                .filter(process -> !sockets.isEmpty() && holds(process.pid(), sockets))
                .map(process -> new PortHolder(process.pid(), shortened(process.info())))
                .findFirst();
    }

    private static List<String> listening(Path table, int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> lines = Files.lines(table)) {
            return lines.map(line -> line.strip().split("\\s+", -1))
                    .filter(fields -> fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN))
                    .map(fields -> "socket:[" + fields[9] + "]")
                    .toList();
        } catch (IOException absent) {
            return List.of();
        }
    }

    private static boolean holds(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException notOurs) {
            return false;
        }
        return false;
    }

    private static String shortened(ProcessHandle.Info process) {
        String line = process.commandLine().orElse("unknown");
        return line.length() > COMMAND_CHARS ? line.substring(0, COMMAND_CHARS) + "…" : line;
    }
}
