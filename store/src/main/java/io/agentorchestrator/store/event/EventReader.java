package io.agentorchestrator.store.event;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads events in the order of their positions, and only below the horizon: the id of the oldest transaction that is under way.
 * Nothing can appear there any more, so whoever goes on from the last position it has seen misses nothing. A transaction that writes
 * for long, anywhere in the database cluster, holds the horizon up. Thread-safe.
 */
public final class EventReader {
    /** Of {@code e}, which has the columns of event, and task {@code t}. */
    private static final String COLUMNS = """
            select e.xid::text::bigint as xid, e.sequence, e.tenant, e.task_id,
              case when e.task_id is null then e.run_id else t.dag_id end as dag_id, e.run_id, e.run_number,
              t.key, e.task_type, e.status, e.attempt, e.error_code, e.warning, e.at
            """;

    private static final String HORIZON = "pg_snapshot_xmin(pg_current_snapshot())";

    private final JdbcClient client;

    public EventReader(DataSource database) {
        this.client = JdbcClient.create(database);
    }

    /** The id of the oldest transaction that is under way; events of transactions below it are visible, of others never. */
    public long horizon() {
        return client.sql("select " + HORIZON + "::text::bigint")
                .query(Long.class)
                .single();
    }

    /** Just below the horizon: what follows is what happens from now on, and the little that happened since the horizon. */
    public Position now() {
        return Position.before(horizon());
    }

    /** Before every event. */
    public Position beginning() {
        return new Position(0, 0);
    }

    /**
     * The events of a tenant that follow a position, as far as the horizon.
     *
     * @param runId only of this run; null: of all
     */
    public List<StoredEvent> after(String tenant, @Nullable UUID runId, Position after, int limit) {
        String ofRun = runId == null ? "" : " and run_id = :run";
        return client.sql(COLUMNS + """
                        from (select * from event
                              where tenant = :tenant and (xid, sequence) > (:xid::text::xid8, :sequence)
                                and xid < %s%s
                              order by xid, sequence limit :limit) e
                        left join task t on t.task_id = e.task_id
                        order by e.xid, e.sequence
                        """.formatted(HORIZON, ofRun))
                .param("tenant", tenant)
                .param("run", runId)
                .param("xid", String.valueOf(after.xid()))
                .param("sequence", after.sequence())
                .param("limit", limit)
                .query((row, number) -> read(row))
                .list();
    }

    /**
     * Tells whether retention has deleted events that follow a position. For a tenant this is recorded. A run keeps its events until it has ended and
     * then loses the oldest first: for a run it is so unless its beginning or an event of it up to the position is still there.
     *
     * @param runId only of this run; null: of all
     */
    public boolean isRemovedAfter(String tenant, @Nullable UUID runId, Position after) {
        String xid = String.valueOf(after.xid());
        return client.sql("""
                        select exists (select from removed_events
                                       where tenant = ? and (xid, sequence) > (?::text::xid8, ?))
                          and (?::uuid is null
                               or not exists (select from event where run_id = ?
                                                and ((xid, sequence) <= (?::text::xid8, ?)
                                                     or run_number = 1 and task_id is null and status = 'PENDING')))
                        """)
                .params(tenant, xid, after.sequence())
                .param(runId)
                .param(runId)
                .params(xid, after.sequence())
                .query(Boolean.class)
                .single();
    }

    /**
     * The events of any of these tenants that follow a position, of transactions before {@code horizon}: one look for all who wait for news.
     *
     * @param horizon one that was read before
     */
    public List<StoredEvent> between(Collection<String> tenants, Position after, long horizon, int limit) {
        return client.sql(COLUMNS + """
                        from (select n.* from unnest(?::text[]) as w (tenant)
                              cross join lateral (
                                select * from event
                                where tenant = w.tenant and (xid, sequence) > (?::text::xid8, ?)
                                  and xid < ?::text::xid8
                                order by xid, sequence limit ?) n
                              order by n.xid, n.sequence limit ?) e
                        left join task t on t.task_id = e.task_id
                        order by e.xid, e.sequence
                        """)
                .params(
                        tenants.toArray(String[]::new),
                        String.valueOf(after.xid()),
                        after.sequence(),
                        String.valueOf(horizon),
                        limit,
                        limit)
                .query((row, number) -> read(row))
                .list();
    }

    private static StoredEvent read(ResultSet row) throws SQLException {
        return new StoredEvent(
                new Position(row.getLong("xid"), row.getLong("sequence")),
                row.getString("tenant"),
                row.getObject("task_id", UUID.class),
                row.getObject("dag_id", UUID.class),
                row.getObject("run_id", UUID.class),
                row.getObject("run_number", Integer.class),
                row.getString("key"),
                row.getString("task_type"),
                row.getString("status"),
                row.getObject("attempt", Integer.class),
                row.getString("error_code"),
                row.getString("warning"),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }

    /** The place of an event among all: by transaction, then by order of writing. Written {@code <xid>-<sequence>}. */
    public record Position(long xid, long sequence) implements Comparable<Position> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,19})-(\\d{1,19})");

        /** Behind all that transactions below the horizon have written. */
        public static Position before(long horizon) {
            return new Position(horizon - 1, Long.MAX_VALUE);
        }

        /** Reads what {@link #toString} writes; empty if it is anything else. */
        public static Optional<Position> parse(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            try {
                return Optional.of(new Position(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
            } catch (NumberFormatException beyondLong) {
                return Optional.empty();
            }
        }

        @Override
        public int compareTo(Position other) {
            int byTransaction = Long.compare(xid, other.xid);
            return byTransaction != 0 ? byTransaction : Long.compare(sequence, other.sequence);
        }

        @Override
        public String toString() {
            return xid + "-" + sequence;
        }
    }

    /**
     * A published status and since when it is.
     *
     * @param taskId absent where the event is about a DAG
     * @param dagId absent for a standalone task
     * @param runId the DAG's id, or the group's; absent while a standalone task has not been released
     * @param key the task's
     * @param attempt the last that began; absent before the first
     * @param warning of what the event tells where it is no change of status
     */
    public record StoredEvent(
            Position position,
            String tenant,
            @Nullable UUID taskId,
            @Nullable UUID dagId,
            @Nullable UUID runId,
            @Nullable Integer runNumber,
            @Nullable String key,
            @Nullable String taskType,
            String status,
            @Nullable Integer attempt,
            @Nullable String errorCode,
            @Nullable String warning,
            Instant at) {}
}
