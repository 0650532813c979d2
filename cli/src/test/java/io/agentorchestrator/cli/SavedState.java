package io.agentorchestrator.cli;

import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.process.StopSignal;
import io.agentorchestrator.cli.server.PostgresServer;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.postgresql.PGConnection;

/**
 * The data directory of a stack that was stopped, as it lies in the repository: PostgreSQL by the migrations of then and the rows as text
 * ({@code COPY}), everything else file by file.
 */
final class SavedState {
    private static final Path FILE = Path.of("src/test/resources/saved-state.zip");
    private static final Path MIGRATIONS = Path.of("../store/src/main/resources/db/migration");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final long MAX_BYTES = 3_000_000;

    /** The table of Flyway, which no migration makes: what is applied, with checksums. */
    private static final String HISTORY_TABLE = """
            create table flyway_schema_history (installed_rank integer primary key, version varchar(50), description varchar(200) not null,
              type varchar(20) not null, script varchar(1000) not null, checksum integer, installed_by varchar(100) not null,
              installed_on timestamp not null default now(), execution_time integer not null, success boolean not null);
            create index flyway_schema_history_s_idx on flyway_schema_history (success)""";

    /** Labels last: a trigger makes them of tasks and DAGs even while rows are loaded. */
    private static final String TABLES = """
            select relname, (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                             where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '')
            from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
            order by relname = 'label', relname""";

    private static final String BEFORE_ROWS =
            "select format('select ensure_partitions(%L, 4)', (now() at time zone 'UTC')::date - 1)";
    /**
     * What rows do not hold: sequences go on; the clock stands where it stood, whenever the rows are loaded; and transactions are numbered
     * on from where they were, since readers of events wait for those before them.
     */
    private static final List<String> AFTER_ROWS = List.of(
            "select format('select setval(%L, %s)', sequencename, last_value) from pg_sequences where last_value is not null",
            """
            select format('update %I set %s', relname,
              string_agg(format('%1$I = %1$I + (now() - %2$L::timestamptz)', attname, now()), ', ' order by attnum))
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
              and attnum > 0 and not attisdropped and atttypid = 'timestamptz'::regtype
            group by relname order by relname""", """
            select format('do $$ begin while pg_current_xact_id() < %L::xid8 loop commit; end loop; end $$', pg_current_xact_id())""");

    private SavedState() {}

    /** A connection to the database of a stack, by whoever may do anything there. */
    static Connection connect(StackLayout layout, int port) throws SQLException, IOException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s?preferQueryMode=simple".formatted(port, PostgresServer.NAME),
                "postgres",
                new PostgresServer(layout.programs(), layout.data(), port).password());
    }

    /** Saves the state of a stack of which nothing runs but PostgreSQL. */
    static void write(StackLayout layout, int port) throws Exception {
        try (Connection database = connect(layout, port);
                ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(FILE))) {
            zip.setLevel(9);
            for (Path migration : filesBelow(MIGRATIONS)) {
                add(zip, "migrations/" + migration.getFileName(), Files.readAllBytes(migration));
            }
            add(zip, "before.sql", lines(database, BEFORE_ROWS));
            for (Map.Entry<String, String> table : tables(database).entrySet()) {
                ByteArrayOutputStream rows = new ByteArrayOutputStream();
                database.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut(
                                "copy (select %s from %s) to stdout (header)"
                                        .formatted(table.getValue(), table.getKey()),
                                rows);
                add(zip, "rows/" + table.getKey(), rows.toByteArray());
            }
            for (String query : AFTER_ROWS) {
                add(zip, "after/" + AFTER_ROWS.indexOf(query) + ".sql", lines(database, query));
            }
            for (Path file : filesBelow(layout.data())) {
                String name = layout.data().relativize(file).toString();
                if (!name.startsWith("postgres")) {
                    add(zip, "data/" + name, Files.readAllBytes(file));
                }
            }
        }
        if (Files.size(FILE) > MAX_BYTES) {
            throw new AssertionError("%s has %,d bytes, more than %,d: let the work that is saved be less"
                    .formatted(FILE, Files.size(FILE), MAX_BYTES));
        }
    }

    /** Lays the saved state down as the data directory of a stack that does not run. */
    static void restore(StackLayout layout) throws Exception {
        Map<String, byte[]> saved = read();
        for (Map.Entry<String, byte[]> file : below("data/", saved).entrySet()) {
            Path path = layout.data().resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        int port = FreePorts.next();
        PostgresServer server = new PostgresServer(layout.programs(), layout.data(), port);
        Process process = server.prepare(progress -> {}).start(layout.logs().resolve("restore.log"));
        try {
            RealStack.patiently().until(() -> server.ready(process.pid()));
            try (Connection database = connect(layout, port)) {
                load(saved, database);
            }
        } finally {
            boolean _ = StopSignal.INT.stop(ProcessIdentity.of(process.pid()).orElseThrow(), STOP_LIMIT);
        }
    }

    private static void load(Map<String, byte[]> saved, Connection database) throws Exception {
        execute(database, "set role " + PostgresServer.NAME);
        for (byte[] migration : below("migrations/", saved).values()) {
            execute(database, new String(migration, StandardCharsets.UTF_8));
        }
        execute(database, HISTORY_TABLE);
        executeLines(database, saved.get("before.sql"));
        execute(database, "reset role");
        execute(database, "set session_replication_role = replica; set synchronous_commit = off");
        for (Map.Entry<String, byte[]> table : below("rows/", saved).entrySet()) {
            String header = new String(table.getValue(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElseThrow();
            String columns = Arrays.stream(header.split("\t", -1))
                    .map(name -> '"' + name + '"')
                    .collect(Collectors.joining(", "));
            execute(database, "delete from " + table.getKey());
            long _ = database.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn(
                            "copy %s (%s) from stdin (header)".formatted(table.getKey(), columns),
                            new ByteArrayInputStream(table.getValue()));
        }
        for (byte[] statements : below("after/", saved).values()) {
            executeLines(database, statements);
        }
    }

    private static void executeLines(Connection database, byte[] statements) throws SQLException {
        for (String statement :
                new String(statements, StandardCharsets.UTF_8).lines().toList()) {
            execute(database, statement);
        }
    }

    private static void execute(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            boolean _ = statement.execute(sql);
        }
    }

    private static byte[] lines(Connection database, String query) throws SQLException {
        return String.join("\n", column(database, query, 1)).getBytes(StandardCharsets.UTF_8);
    }

    /** Their columns, by name. */
    private static Map<String, String> tables(Connection database) throws SQLException {
        List<String> names = column(database, TABLES, 1);
        List<String> columns = column(database, TABLES, 2);
        Map<String, String> tables = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            tables.put(names.get(i), columns.get(i));
        }
        return tables;
    }

    /** One column of what a query finds. */
    static List<String> column(Connection database, String query, int number) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                found.add(rows.getString(number));
            }
        }
        return found;
    }

    private static List<Path> filesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.find(directory, 10, (path, attributes) -> attributes.isRegularFile())) {
            return files.sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    private static Map<String, byte[]> read() throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(FILE))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    /** The entries of a directory, without its name, in their order. */
    private static Map<String, byte[]> below(String directory, Map<String, byte[]> entries) {
        Map<String, byte[]> below = new LinkedHashMap<>();
        entries.forEach((name, bytes) -> {
            if (name.startsWith(directory)) {
                below.put(name.substring(directory.length()), bytes);
            }
        });
        return below;
    }
}
