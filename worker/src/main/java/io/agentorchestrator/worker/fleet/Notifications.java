package io.agentorchestrator.worker.fleet;

import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.StepGuard;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to PostgreSQL's notifications on a connection of its own. They only save waiting: whoever relies on them polls as
 * well, since those sent while the connection is away are lost.
 */
public final class Notifications implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    /** A connection on which nothing was heard for so long is asked for a sign of life. */
    private static final Duration LISTEN = Duration.ofSeconds(5);
    /** Within this a statement is answered, or the server is gone without a word. In whole seconds. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final String url;
    private final String user;
    private final String password;
    private final Map<String, Consumer<String>> listeners;
    private final Duration listen;
    private final Duration answer;
    private final StepGuard guard = new StepGuard(LOG, "hearing a notification");
    private final PollLoop loop = new PollLoop("notifications", RECONNECT, this::connect);

    /**
     * Listens once started.
     *
     * @param listeners by channel; given what was sent with the notification, which is nothing where some may have been missed. They must not block
     */
    public Notifications(String url, String user, String password, Map<String, Consumer<String>> listeners) {
        this(url, user, password, listeners, LISTEN, ANSWER);
    }

    Notifications(
            String url,
            String user,
            String password,
            Map<String, Consumer<String>> listeners,
            Duration listen,
            Duration answer) {
        this.listen = listen;
        this.answer = answer;
        this.url = url;
        this.user = user;
        this.password = password;
        this.listeners = Map.copyOf(listeners);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    private void connect() {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PASSWORD.set(properties, password);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.SOCKET_TIMEOUT.set(properties, (int) answer.toSeconds());
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            listen(connection);
        } catch (SQLException away) {
            LOG.debug("no notifications for the moment", away);
        }
    }

    /** Calls a listener; what it throws does not keep the others from being called. */
    private void call(Consumer<String> listener, String parameter) {
        guard.run(() -> listener.accept(parameter));
    }

    /** Throws if the server does not answer: a connection that a network has forgotten looks as one on which nothing happens. */
    private static void probe(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("");
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String channel : listeners.keySet()) {
                statement.execute("listen " + channel);
            }
        }
        listeners.values().forEach(listener -> call(listener, ""));
        PGConnection postgres = connection.unwrap(PGConnection.class);
        while (loop.isRunning()) {
            PGNotification[] heard = postgres.getNotifications((int) listen.toMillis());
            if (heard == null || heard.length == 0) {
                probe(connection);
                continue;
            }
            for (PGNotification notification : heard) {
                call(listeners.getOrDefault(notification.getName(), _ -> {}), notification.getParameter());
            }
        }
    }
}
