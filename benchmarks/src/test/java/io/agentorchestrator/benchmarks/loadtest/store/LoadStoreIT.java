package io.agentorchestrator.benchmarks.loadtest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.server.PostgresServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against the columns of the store that a load test reads; the whole schema belongs to another module. */
@Timeout(120)
class LoadStoreIT {
    @TempDir
    private static Path home;

    private static Process process;
    private static String url;
    private static String password;

    private final TaskLog log = new TaskLog();

    @BeforeAll
    static void start() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        PostgresServer server = new PostgresServer(home.resolve("bin"), home.resolve("data"), port);
        Program program = server.prepare(told -> {});
        process = program.start(home.resolve("postgres.log"));
        await().atMost(Duration.ofSeconds(60)).until(() -> server.ready(process.pid()));
        url = "jdbc:postgresql://127.0.0.1:" + port + "/" + PostgresServer.NAME;
        password = server.password();
    }

    @AfterAll
    static void stop() {
        process.destroy();
        process.onExit().join();
    }

    @BeforeEach
    void create() throws SQLException {
        execute("""
                drop table if exists task_state, task_attempt, agent;
                create table task_state (task_id uuid primary key, task_type text, status text,
                  ended_at timestamptz, attempt integer);
                create table task_attempt (task_id uuid, attempt integer, outcome text, error_code text,
                  primary key (task_id, attempt));
                create table agent (state text, agent_types text[], last_heartbeat_at timestamptz)""");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, PostgresServer.NAME, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static LoadStore open() {
        return new LoadStore(url, PostgresServer.NAME, password);
    }

    private void acknowledged(String... ids) {
        for (String id : ids) {
            UUID uuid = UUID.fromString(id);
            log.add(new long[] {uuid.getMostSignificantBits(), uuid.getLeastSignificantBits()}, 0, 1);
        }
    }

    private static String id(int number) {
        // Ids on both sides of the sign bit: PostgreSQL orders them as unsigned.
        return (number % 2 == 0 ? "0" : "f") + "1890a5d-ac96-774b-bcce-b3020000000" + number;
    }

    @Test
    void tellsWhatIsLostAndWhatWasDoneTwice() throws Exception {
        acknowledged(id(1), id(2), id(3), id(4), id(5));
        execute("""
                insert into task_state values
                  ('%s', 'load-0', 'COMPLETED', '1970-01-01 00:00:01.5Z', 1),
                  ('%s', 'load-0', 'FAILED', '1970-01-01 00:00:02Z', 3),
                  ('%s', 'load-0', 'RUNNING', null, 1),
                  ('%s', 'load-1', 'COMPLETED', '1970-01-01 00:00:03Z', 2);
                insert into task_attempt values ('%s', 1, 'COMPLETED', null), ('%s', 1, 'COMPLETED', null),
                  ('%s', 2, 'COMPLETED', null), ('%s', 1, 'FAILED', 'BOOM')""".formatted(id(1), id(2), id(3), id(4), id(1), id(4), id(4), id(2)));

        try (LoadStore store = open()) {
            Settling settling = new Settling(store, log);
            boolean settled = settling.await(Duration.ZERO, Duration.ofMillis(10), open -> {});
            Audit audit = Audit.of(store, log, settling.ends());

            assertThat(settled).isFalse();
            assertThat(settling.open()).isEqualTo(2);
            assertThat(settling.ends().endedMicros(0)).isEqualTo(1_500_000);
            assertThat(audit.acknowledged()).isEqualTo(5);
            assertThat(audit.missing()).isEqualTo(1);
            assertThat(audit.open()).isEqualTo(2);
            assertThat(audit.completed()).isEqualTo(2);
            assertThat(audit.failed()).isEqualTo(1);
            assertThat(audit.doubled()).isEqualTo(1);
            assertThat(audit.retried()).isEqualTo(2);
            assertThat(audit.attempts()).containsEntry("COMPLETED", 3L).containsEntry("BOOM", 1L);
            assertThat(audit.clean()).isFalse();
        }
    }

    @Test
    void isCleanWhereEveryTaskEndedOnce() throws Exception {
        acknowledged(id(1), id(2));
        execute(
                "insert into task_state values ('%s', 'load-0', 'COMPLETED', now(), 1), ('%s', 'load-0', 'FAILED', now(), 3)"
                        .formatted(id(1), id(2)));

        try (LoadStore store = open()) {
            Settling settling = new Settling(store, log);

            assertThat(settling.await(Duration.ofSeconds(30), Duration.ofMillis(10), open -> {}))
                    .isTrue();
            assertThat(Audit.of(store, log, settling.ends()))
                    .returns(true, Audit::clean)
                    .returns(0.5, Audit::success);
        }
    }

    @Test
    void followsTasksThatEndLater() throws Exception {
        acknowledged(id(1), id(2));
        running(id(1));
        execute("insert into task_state values ('%s', 'load-0', 'QUEUED', null, 0)".formatted(id(2)));

        try (LoadStore store = open()) {
            Settling settling = new Settling(store, log);
            settling.round();
            assertThat(store.depth(List.of("load-0", "load-1"))).isEqualTo(new LoadStore.Depth(1, 1));
            assertThat(settling.open()).isEqualTo(2);

            execute("update task_state set status = 'COMPLETED', ended_at = now()");
            acknowledged(id(3));
            settling.round();
            assertThat(settling.open()).isEqualTo(1);
            assertThat(settling.ends().completed()).isEqualTo(2);
        }
    }

    @Test
    void waitsOnWhileTasksEnd() throws Exception {
        String[] ids = {id(1), id(2), id(3), id(4), id(5)};
        acknowledged(ids);
        running(ids);

        try (LoadStore store = open()) {
            Settling settling = new Settling(store, log);
            Iterator<String> next = List.of(ids).iterator();

            // The last ends later than the limit, and none later than that after the one before.
            boolean settled = settling.await(Duration.ofSeconds(2), Duration.ofMillis(700), open -> {
                if (next.hasNext()) {
                    end(next.next());
                }
            });

            assertThat(settled).isTrue();
            assertThat(settling.ends().completed()).isEqualTo(ids.length);
        }
    }

    @Test
    void givesUpWhenNoneEndsAnyMore() throws Exception {
        acknowledged(id(1), id(2));
        running(id(1), id(2));

        try (LoadStore store = open()) {
            Settling settling = new Settling(store, log);

            boolean settled = settling.await(Duration.ofMillis(300), Duration.ofMillis(20), open -> end(id(1)));

            assertThat(settled).isFalse();
            assertThat(settling.open()).isEqualTo(1);
        }
    }

    private static void running(String... ids) throws SQLException {
        for (String id : ids) {
            execute("insert into task_state values ('%s', 'load-0', 'RUNNING', null, 1)".formatted(id));
        }
    }

    private static void end(String id) {
        try {
            execute("update task_state set status = 'COMPLETED', ended_at = now() where task_id = '%s'".formatted(id));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void countsReadyAgentsThatWereHeardOf() throws Exception {
        execute("""
                insert into agent values ('READY', '{load-0,load-1}', now()), ('LOST', '{load-0}', now()),
                  ('READY', '{load-0}', now() - interval '1 hour'), ('READY', '{simulated}', now())""");

        try (LoadStore store = open()) {
            assertThat(store.agents("load-0", Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(store.recover()).isTrue();
        }
    }
}
