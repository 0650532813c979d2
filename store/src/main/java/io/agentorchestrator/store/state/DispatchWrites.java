package io.agentorchestrator.store.state;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes what becomes of tasks between their release and their outcome. Each method is one statement. Thread-safe. */
public final class DispatchWrites {
    /** The error code that the event of a preempted task has; the task itself has no error. */
    public static final String PREEMPTED = "PREEMPTED";

    private final JdbcClient client;

    public DispatchWrites(JdbcClient client) {
        this.client = client;
    }

    /**
     * Makes tasks DISPATCHED under a new epoch, and under a new attempt unless one is under way. What is to be cancelled, as its row says while
     * it is at an agent, is left alone, and so is what is in a paused run.
     *
     * @param workerId who watches them
     * @return what was dispatched; what somebody else changed meanwhile is missing
     */
    public List<Dispatch.Begun> dispatch(String workerId, Map<RunKey, List<Dispatch>> byRun) {
        List<Dispatching> rows = new ArrayList<>();
        byRun.forEach((run, dispatches) ->
                dispatches.forEach(dispatch -> rows.add(new Dispatching(run.runNumber(), dispatch))));
        rows.sort(Comparator.comparing(row -> row.dispatch().taskId()));
        UUID[] taskIds = Columns.ids(rows, row -> row.dispatch().taskId());
        return client.sql("with " + RunLocks.SHARED + """
                update task_state s
                set status = 'DISPATCHED', epoch = s.epoch + 1, agent_id = h.agent_id, worker_id = ?, started_at = null,
                    placement = h.placement, placed_among = h.among, placed_used = h.used, placed_slots = h.slots,
                    moved_from = case when s.attempt_epochs > 0 then s.agent_id end,
                    attempt = case when s.attempt_epochs = 0 then s.attempt + 1 else s.attempt end,
                    attempt_epochs = s.attempt_epochs + 1, error_code = null, error_message = null
                from (select count(*) from held) as all_held,
                  unnest(?::uuid[], ?::int[], ?::int[], ?::text[], ?::placement_reason[], ?::int[], ?::int[], ?::int[])
                    as h(task_id, run_number, epoch, agent_id, placement, among, used, slots)
                where s.task_id = h.task_id and s.task_id = any(?) and s.epoch = h.epoch and s.run_number = h.run_number
                  and s.run_id not in (select p.run_id from held p where p.paused)
                  and (s.status::text = 'RELEASED' or (s.status::text in ('DISPATCHED', 'RUNNING') and s.error_code is null))
                returning s.task_id, s.attempt, s.epoch, s.attempt_epochs
                """)
                .params(RunLocks.columns(byRun.keySet()))
                .params(workerId, taskIds)
                .params(Columns.of(rows)
                        .ints(Dispatching::runNumber)
                        .ints(row -> row.dispatch().expectedEpoch())
                        .texts(row -> row.dispatch().agentId())
                        .texts(row -> row.placed(placed -> placed.reason().name()))
                        .ints(row -> row.placed(Placed::among))
                        .ints(row -> row.placed(Placed::used))
                        .ints(row -> row.placed(Placed::slots)))
                .param(taskIds)
                .query((row, number) ->
                        new Dispatch.Begun(row.getObject(1, UUID.class), row.getInt(2), row.getInt(3), row.getInt(4)))
                .list();
    }

    /** Makes tasks RUNNING that are still DISPATCHED under these epochs, from when their agents accepted them. */
    public void accepted(List<Accepted> accepted) {
        List<Accepted> inOrder =
                accepted.stream().sorted(Comparator.comparing(Accepted::taskId)).toList();
        UUID[] taskIds = Columns.ids(inOrder, Accepted::taskId);
        client.sql("with " + RunLocks.SHARED_OF_TASKS + """
                update task_state s
                set status = 'RUNNING', started_at = now() - a.ago * interval '1 microsecond',
                    first_started_at = coalesce(s.first_started_at, now() - a.ago * interval '1 microsecond')
                from (select count(*) from held) as all_held, unnest(?::uuid[], ?::int[], ?::bigint[]) as a(task_id, epoch, ago)
                where s.task_id = a.task_id and s.task_id = any(?) and s.epoch = a.epoch and s.status::text = 'DISPATCHED'
                """)
                .params(taskIds, taskIds)
                .params(Columns.of(inOrder)
                        .ints(Accepted::epoch)
                        .longs(row -> row.ago().toNanos() / 1_000))
                .param(taskIds)
                .update();
    }

    /**
     * Makes tasks QUEUED again that are at no agent. The attempt that was under way is none, unless an agent has had it: then the next
     * dispatch goes on with it.
     *
     * @param epochs by task, as the caller saw them
     * @param held those of them whose attempt an agent has had
     * @param preemptedFor those of them that were stopped for other tasks, and for which: they count it, and their event says so
     * @param notify whether the run is told of those that are back in the backlog
     * @return the indexes of those that were taken back
     */
    public List<Integer> requeue(
            RunKey run, Map<UUID, Integer> epochs, Set<UUID> held, Map<UUID, UUID> preemptedFor, boolean notify) {
        Map<UUID, Integer> inOrder = new TreeMap<>(epochs);
        UUID[] taskIds = inOrder.keySet().toArray(UUID[]::new);
        // Whoever writes notices has the run for itself.
        String runs = notify ? RunLocks.EXCLUSIVE : RunLocks.SHARED;
        return client.sql("with " + runs + """
                , taken as (
                  update task_state s
                  set status = 'QUEUED', agent_id = null, placement = null, worker_id = null, started_at = null, released_at = null, notified_at = null,
                      attempt = case when s.attempt_epochs > 0 and not b.held then s.attempt - 1 else s.attempt end,
                      attempt_epochs = case when b.held then s.attempt_epochs else 0 end,
                      preemptions = s.preemptions + (b.preempted_for is not null)::int,
                      preempted_for = coalesce(b.preempted_for, s.preempted_for),
                      error_code = case when b.preempted_for is null then s.error_code else coalesce(s.error_code, ?) end
                  from held, unnest(?::uuid[], ?::int[], ?::boolean[], ?::uuid[]) as b(task_id, epoch, held, preempted_for)
                  where s.task_id = b.task_id and s.task_id = any(?) and s.epoch = b.epoch and s.run_number = ?
                    and s.status::text in ('RELEASED', 'DISPATCHED', 'RUNNING')
                  returning s.run_id, s.run_number, s.task_index, s.attempt
                ), noticed as (
                  insert into run_notice (run_id, run_number, task_index, attempt, outcome)
                  select t.run_id, t.run_number, t.task_index, t.attempt, 'QUEUED' from taken t where ?
                  returning pg_notify(?, '')::text
                )
                select t.task_index, (select count(*) from noticed) from taken t
                """)
                .params(RunLocks.columns(List.of(run)))
                .param(PREEMPTED)
                .params(Columns.of(inOrder.keySet())
                        .uuids(Function.identity())
                        .ints(inOrder::get)
                        .flags(held::contains)
                        .uuids(preemptedFor::get))
                .params(taskIds, run.runNumber(), notify, Channels.NOTICES)
                .query((row, number) -> row.getInt(1))
                .list();
    }

    /** Has this worker watch tasks that are at agents under these epochs. Returns those that it watches now. */
    public List<UUID> takeOver(String workerId, RunKey run, Map<UUID, Integer> epochs) {
        Map<UUID, Integer> inOrder = new TreeMap<>(epochs);
        UUID[] taskIds = inOrder.keySet().toArray(UUID[]::new);
        return client.sql("""
                update task_state s set worker_id = ?
                from unnest(?::uuid[], ?::int[]) as o(task_id, epoch)
                where s.task_id = o.task_id and s.task_id = any(?) and s.epoch = o.epoch and s.run_id = ? and s.run_number = ?
                  and s.status::text in ('DISPATCHED', 'RUNNING')
                returning s.task_id
                """)
                .params(
                        workerId,
                        taskIds,
                        inOrder.values().toArray(Integer[]::new),
                        taskIds,
                        run.runId(),
                        run.runNumber())
                .query(UUID.class)
                .list();
    }

    private record Dispatching(int runNumber, Dispatch dispatch) {
        <V> @Nullable V placed(Function<Placed, V> value) {
            Placed placed = dispatch.placed();
            return placed == null ? null : value.apply(placed);
        }
    }
}
