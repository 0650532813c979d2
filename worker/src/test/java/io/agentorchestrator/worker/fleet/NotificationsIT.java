package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NotificationsIT {
    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Notifications notifications = new Notifications(
            database.jdbcUrl(),
            TestDatabase.USER,
            TestDatabase.PASSWORD,
            Map.of(
                    "ids",
                    text -> heard.add(
                            text.isEmpty() ? "listening" : UUID.fromString(text).toString())));

    @AfterEach
    void close() {
        notifications.stop();
        database.close();
    }

    @Test
    void whatAListenerCannotReadKeepsNobodyFromHearingTheNext() {
        notifications.start();
        Awaitility.await().until(() -> heard.equals(List.of("listening")));
        String id = UUID.randomUUID().toString();

        say("no id");
        say(id);

        Awaitility.await().until(() -> heard.equals(List.of("listening", id)));
    }

    private void say(String text) {
        database.client()
                .sql("select pg_notify('ids', ?)")
                .param(text)
                .query((row, number) -> true)
                .list();
    }
}
