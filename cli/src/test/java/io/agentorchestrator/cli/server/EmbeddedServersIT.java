package io.agentorchestrator.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.FreePorts;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.process.StopSignal;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real PostgreSQL and Redis: what was written is there after a stop, a kill and a stale pid file. */
class EmbeddedServersIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private interface Work {
        void run(Process process) throws Exception;
    }

    private PostgresServer postgres() throws IOException {
        return new PostgresServer(directory.resolve("bin"), directory.resolve("data"), FreePorts.next());
    }

    private void whileRunning(PostgresServer server, Work work) throws Exception {
        Program program = server.prepare(progress -> {});
        Process process = program.start(directory.resolve("postgres.log"));
        try {
            assertThat(Patience.until(LIMIT, () -> server.ready(process.pid())))
                    .as(Files.readString(directory.resolve("postgres.log")))
                    .isTrue();
            work.run(process);
        } finally {
            ProcessIdentity.of(process.pid()).ifPresent(this::stop);
        }
    }

    private void stop(ProcessIdentity process) {
        try {
            assertThat(StopSignal.INT.stop(process, LIMIT)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String query(PostgresServer server, String sql) throws SQLException, IOException {
        String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + PostgresServer.NAME;
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.NAME, server.password());
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    return rows.next() ? rows.getString(1) : "";
                }
            }
            return "";
        }
    }

    @Test
    void postgresKeepsItsDataOverStopKillAndStalePidFile() throws Exception {
        PostgresServer first = postgres();
        whileRunning(first, process -> {
            query(first, "create table kept as select 42 as answer");
            assertThat(query(first, "show fsync")).isEqualTo("on");
            assertThat(query(first, "show jit")).isEqualTo("off");
        });

        PostgresServer second = postgres();
        whileRunning(second, process -> {
            assertThat(query(second, "select answer from kept")).isEqualTo("42");
            process.destroyForcibly().waitFor();
        });

        // As after a reboot: the pid in the file belongs to somebody else now.
        Path pidFile = directory.resolve("data/postgres/postmaster.pid");
        String stale = Files.readString(pidFile);
        Files.writeString(pidFile, ProcessHandle.current().pid() + stale.substring(stale.indexOf('\n')));
        PostgresServer third = postgres();
        whileRunning(
                third,
                process -> assertThat(query(third, "select answer from kept")).isEqualTo("42"));
    }

    @Test
    void redisKeepsItsDataOverAStop() throws Exception {
        for (String reply : new String[] {"+OK", "$2"}) {
            RedisServer server = new RedisServer(directory.resolve("bin"), directory.resolve("data"), FreePorts.next());
            Process process = server.prepare(progress -> {}).start(directory.resolve("redis.log"));
            try {
                assertThat(Patience.until(LIMIT, server::ready)).isTrue();
                String command = reply.equals("+OK") ? "SET kept 42\r\n" : "GET kept\r\n";
                assertThat(ask(server.port(), command, reply.length())).isEqualTo(reply);
            } finally {
                assertThat(StopSignal.TERM.stop(
                                ProcessIdentity.of(process.pid()).orElseThrow(), LIMIT))
                        .isTrue();
            }
        }
    }

    private static String ask(int port, String command, int replyBytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(command.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            return new String(socket.getInputStream().readNBytes(replyBytes), StandardCharsets.US_ASCII);
        }
    }
}
