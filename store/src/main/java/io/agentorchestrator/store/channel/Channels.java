package io.agentorchestrator.store.channel;

import org.springframework.jdbc.core.simple.JdbcClient;

/** The channels of PostgreSQL's NOTIFY, which is heard when the transaction commits. A lost one only costs time: all poll. */
public final class Channels {
    /** Something was added to the backlog, or may leave it now. */
    public static final String BACKLOG = "orchestrator_backlog";

    /** A command is to be delivered. */
    public static final String COMMANDS = "orchestrator_commands";

    /** A run has yet to be told of its tasks. */
    public static final String NOTICES = "orchestrator_notices";

    /** Tasks are to be cancelled wherever they are: their ids, separated by spaces. */
    public static final String CANCELS = "orchestrator_cancels";

    /** A DAG was paused: its id. */
    public static final String PAUSES = "orchestrator_pauses";

    /** A task failed for good, or a dead letter is to leave the stream, or the stream is to be written anew. */
    public static final String DEAD_LETTERS = "orchestrator_dead_letters";

    /** A setting was changed. */
    public static final String SETTINGS = "orchestrator_settings";

    /** The registry of agents has changed, as far as it matters to dispatch. */
    public static final String AGENTS = "orchestrator_agents";

    private Channels() {}

    /** Notifies whoever listens, once the current transaction has committed. */
    public static void notify(JdbcClient client, String channel) {
        notify(client, channel, "");
    }

    /**
     * The same, with something to say.
     *
     * @param payload less than 8,000 bytes
     */
    public static void notify(JdbcClient client, String channel, String payload) {
        client.sql("select pg_notify(?, ?)")
                .params(channel, payload)
                .query((row, number) -> true)
                .list();
    }
}
