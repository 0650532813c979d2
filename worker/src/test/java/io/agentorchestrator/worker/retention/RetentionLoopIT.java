package io.agentorchestrator.worker.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.retention.Retention;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class RetentionLoopIT {
    private static final long HELD = 42;

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final WakeSignal wake = new WakeSignal();
    private final RetentionLoop retention =
            new RetentionLoop(new Retention(database.dataSource()), new LiveSettings(Map::of), wake);

    @AfterEach
    void close() {
        retention.stop();
        database.close();
    }

    @Test
    void aStepThatAlwaysFailsKeepsTheLaterOnesFromNothing() {
        onDeletionOfCommands("raise exception 'no way'");
        expiredKey();

        retention.start();

        Awaitility.await().until(() -> keys() == 0);
    }

    @Test
    void anInterruptionEndsNothing() {
        onDeletionOfCommands("perform pg_advisory_xact_lock(" + HELD + ")");
        expiredKey();
        new TransactionTemplate(new DataSourceTransactionManager(database.dataSource())).executeWithoutResult(held -> {
            database.client()
                    .sql("select pg_advisory_xact_lock(" + HELD + ")")
                    .query((row, number) -> 1)
                    .list();
            retention.start();
            Awaitility.await().until(() -> waiting() == 1);
            thread().interrupt();
        });

        Awaitility.await().until(() -> keys() == 0);
        assertThat(retention.isRunning()).isTrue();
        expiredKey();
        wake.now();
        Awaitility.await().until(() -> keys() == 0);
    }

    private static Thread thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("retention"))
                .findFirst()
                .orElseThrow();
    }

    private void onDeletionOfCommands(String statement) {
        database.client().sql("""
                        create function on_deletion() returns trigger language plpgsql as $$ begin %s; return null; end $$;
                        create trigger on_deletion before delete on command for each statement execute function on_deletion()
                        """.formatted(statement)).update();
    }

    private void expiredKey() {
        database.client().sql("""
                        insert into idempotency_key (tenant, key, request_hash, response, created_at, expires_at)
                        values ('default', 'k', '', '{}', now(), now() - interval '1 second')
                        """).update();
    }

    private long keys() {
        return count("select count(*) from idempotency_key");
    }

    private long waiting() {
        return count("select count(*) from pg_locks where locktype = 'advisory' and not granted and database = "
                + "(select oid from pg_database where datname = current_database())");
    }

    private long count(String sql) {
        return database.client().sql(sql).query(Long.class).single();
    }
}
