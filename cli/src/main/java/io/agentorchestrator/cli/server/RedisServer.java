package io.agentorchestrator.cli.server;

import io.agentorchestrator.cli.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import redis.embedded.core.ExecutableProvider;

/**
 * Redis out of embedded-redis's artifact, as our supervised child.
 *
 * @param programs where the program is unpacked
 * @param data where its append-only file lies
 */
public record RedisServer(Path programs, Path data, int port) {
    private static final int PROBE_TIMEOUT_MILLIS = 1_000;

    /** Unpacks the program on first use and says how to run it. */
    public Program prepare(Consumer<String> progress) throws IOException {
        Path program = programs.resolve("redis-server");
        if (!Files.exists(program)) {
            progress.accept("unpacking Redis");
            unpack(program);
        }
        Path directory = Files.createDirectories(data.resolve("redis"));
        List<String> command = List.of(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--appendonly",
                "yes",
                "--save",
                "",
                "--daemonize",
                "no");
        return new Program(command, Map.of(), directory);
    }

    private void unpack(Path program) throws IOException {
        Files.createDirectories(programs);
        Path partial = Files.createDirectories(programs.resolve("redis.partial"));
        Path unpacked = ExecutableProvider.newJarResourceProvider(partial.toFile())
                .get()
                .toPath();
        Archive.makeExecutable(unpacked);
        Files.move(unpacked, program, StandardCopyOption.ATOMIC_MOVE);
        Archive.delete(partial);
    }

    /** Tells whether it answers; while it loads its file it does not. */
    public boolean ready() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PROBE_TIMEOUT_MILLIS);
            socket.setSoTimeout(PROBE_TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException notYet) {
            return false;
        }
    }
}
