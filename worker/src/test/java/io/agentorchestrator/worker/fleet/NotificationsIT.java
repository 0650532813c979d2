package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
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

    @Test
    void aConnectionThatANetworkHasForgottenIsReplaced() throws IOException {
        try (ForgetfulProxy proxy =
                new ForgetfulProxy(URI.create(database.jdbcUrl().substring("jdbc:".length())))) {
            List<String> through = new CopyOnWriteArrayList<>();
            Notifications forgotten = new Notifications(
                    database.jdbcUrl().replaceFirst(":\\d+/", ":" + proxy.port() + "/"),
                    TestDatabase.USER,
                    TestDatabase.PASSWORD,
                    Map.of("ids", through::add),
                    Duration.ofMillis(50),
                    Duration.ofSeconds(1));
            forgotten.start();
            try {
                Awaitility.await().until(() -> through.equals(List.of("")));

                proxy.forget();

                Awaitility.await().until(() -> through.equals(List.of("", "")));
                say("again");
                Awaitility.await().until(() -> through.equals(List.of("", "", "again")));
            } finally {
                forgotten.stop();
            }
        }
    }

    private void say(String text) {
        database.client()
                .sql("select pg_notify('ids', ?)")
                .param(text)
                .query((row, number) -> true)
                .list();
    }
}
