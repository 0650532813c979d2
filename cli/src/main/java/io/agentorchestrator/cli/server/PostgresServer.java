package io.agentorchestrator.cli.server;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Command;
import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.process.StopSignal;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * PostgreSQL out of zonky's artifact, with a data directory that stays. It differs from the library's own launcher in
 * that the postmaster is our supervised child.
 *
 * @param programs where the programs are unpacked
 * @param data where the cluster and its password lie
 */
public record PostgresServer(Path programs, Path data, int port) {
    /** The database and the role that owns it. */
    public static final String NAME = "orchestrator";

    private static final String VERSION = "18";
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final int STATUS_LINE = 7;

    /** Settings of the postmaster, beside its port. fsync stays on: an accepted task is on disk. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "shared_buffers=512MB",
            "max_wal_size=2GB",
            "jit=off",
            "log_checkpoints=off",
            "log_line_prefix=%m [%p] %q%u@%d ");

    /** Tells whether the artifact for this platform is among our libraries. */
    public static boolean available() {
        try (InputStream archive = binaries()) {
            return archive.read() >= 0;
        } catch (IOException | RuntimeException absent) {
            return false;
        }
    }

    private static InputStream binaries() throws IOException {
        String system = System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
        return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, System.getProperty("os.arch"));
    }

    /** Unpacks the programs, creates the cluster on first use, and says how to run it. */
    public Program prepare(Consumer<String> progress) throws IOException, InterruptedException {
        UnprivilegedUser user = UnprivilegedUser.find();
        Path home = home();
        if (!Files.exists(home)) {
            progress.accept("unpacking PostgreSQL");
            Files.createDirectories(programs);
            try (InputStream archive = binaries()) {
                Archive.unpackTarXz(archive, home);
            }
        }
        Files.createDirectories(data);
        if (!Files.exists(cluster())) {
            progress.accept("creating the database");
            create(home, user);
        }
        user.own(cluster());
        forgetReusedPid();
        return new Program(
                user.command(postmaster()), Map.of("PGDATA", cluster().toString()), data);
    }

    private Path home() {
        return programs.resolve("postgres-" + VERSION);
    }

    /** The server's program, once it was prepared. */
    public Path program() {
        return home().resolve("bin/postgres");
    }

    private List<String> postmaster() {
        List<String> command = new ArrayList<>(
                List.of(program().toString(), "-D", cluster().toString(), "-p", Integer.toString(port)));
        for (String setting : SETTINGS) {
            command.add("-c");
            command.add(setting);
        }
        return command;
    }

    private Path cluster() {
        return data.resolve("postgres");
    }

    /** Where the files of its tables and indexes are, once it was prepared. */
    public Path tableFiles() {
        return cluster().resolve("base");
    }

    private Path passwordFile() {
        return data.resolve("postgres.password");
    }

    /** The password of the role {@link #NAME} and of the superuser. */
    public String password() throws IOException {
        return Files.readString(passwordFile()).strip();
    }

    private void create(Path home, UnprivilegedUser user) throws IOException, InterruptedException {
        Path partial = data.resolve("postgres.partial");
        Archive.delete(partial);
        Files.createDirectory(partial);
        user.own(partial);
        SecretFile.of(passwordFile(), 16);
        check(Command.run(
                INITDB_LIMIT,
                user.command(List.of(
                        home.resolve("bin/initdb").toString(),
                        "--pgdata=" + partial,
                        "--username=postgres",
                        "--encoding=UTF8",
                        "--locale-provider=builtin",
                        "--locale=C.UTF-8",
                        "--auth=scram-sha-256",
                        "--pwfile=" + passwordFile(),
                        "--no-instructions"))));
        // Single-user mode needs no running server, no client and no password.
        String statements = "CREATE ROLE %s LOGIN PASSWORD '%s'%nCREATE DATABASE %s OWNER %s%n"
                .formatted(NAME, password(), NAME, NAME);
        Command.Result result = Command.run(
                INITDB_LIMIT,
                statements,
                user.command(List.of(program().toString(), "--single", "-D", partial.toString(), "postgres")));
        check(result);
        if (result.output().contains("ERROR:")) {
            throw new CliFailure("PostgreSQL could not create its database: " + result.lastLine());
        }
        Files.move(partial, cluster(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void check(Command.Result result) {
        if (!result.succeeded()) {
            throw new CliFailure("PostgreSQL could not create its data directory: "
                    + result.output().strip());
        }
    }

    /**
     * After a reboot the pid in postmaster.pid may be somebody else's, and PostgreSQL would believe that it still runs.
     * A true postmaster that nobody watches any more is stopped.
     */
    private void forgetReusedPid() throws IOException, InterruptedException {
        Path pidFile = cluster().resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        String first =
                Files.readAllLines(pidFile).stream().findFirst().orElse("").strip();
        long pid = first.matches("\\d{1,10}") ? Long.parseLong(first) : 0;
        ProcessIdentity living = ProcessIdentity.of(pid).orElse(null);
        if (living == null) {
            return;
        }
        String command = ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().commandLine())
                .orElse("")
                .toLowerCase(Locale.ROOT);
        if (command.contains(cluster().toString().toLowerCase(Locale.ROOT))) {
            StopSignal.INT.stop(living, STOP_LIMIT);
        } else {
            Files.deleteIfExists(pidFile);
        }
    }

    /** Tells whether the postmaster with this pid answers; it says so itself in its pid file, as it does to pg_ctl. */
    public boolean ready(long pid) {
        try {
            List<String> lines = Files.readAllLines(cluster().resolve("postmaster.pid"));
            return lines.size() > STATUS_LINE
                    && lines.getFirst().strip().equals(Long.toString(pid))
                    && lines.get(STATUS_LINE).strip().equals("ready");
        } catch (IOException notYet) {
            return false;
        }
    }
}
