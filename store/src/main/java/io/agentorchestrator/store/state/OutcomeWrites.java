package io.agentorchestrator.store.state;

import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.workflows.model.RunKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Writes how attempts end, each once. To be called within a transaction that has locked the runs. Thread-safe. */
public final class OutcomeWrites {
    private final JdbcClient client;

    public OutcomeWrites(JdbcClient client) {
        this.client = client;
    }

    /** The tasks whose outcome this is, now; of those that are watched a notice is left for their run. */
    public List<UUID> end(List<Ending> endings) {
        List<Ending> inOrder = endings.stream()
                .sorted(Comparator.comparing(ending -> ending.outcome().taskId()))
                .toList();
        List<AttemptOutcome> outcomes = inOrder.stream().map(Ending::outcome).toList();
        UUID[] ids = Columns.ids(outcomes, AttemptOutcome::taskId);
        return client.sql("""
                with outcome as materialized (
                  select * from unnest(?::uuid[], ?::int[], ?::int[], ?::int[], ?::attempt_outcome[], ?::text[], ?::text[], ?::text[],
                                       ?::boolean[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::boolean[], ?::boolean[])
                    as o(task_id, run_number, attempt, epoch, outcome, result, error_code, error_message, retryable, cost, input,
                         output, ran, worker_id, by_agent, watched)
                ), ended as (
                  update task_state s
                  set status = case o.outcome when 'COMPLETED' then 'COMPLETED'::task_status
                                              when 'CANCELLED' then 'CANCELLED'::task_status
                                              else 'BACKOFF'::task_status end,
                      started_at = coalesce(s.started_at, now() - o.ran * interval '1 microsecond'),
                      first_started_at = coalesce(s.first_started_at, s.started_at, now() - o.ran * interval '1 microsecond'),
                      ended_at = case o.outcome when 'FAILED' then null else now() end,
                      error_code = case o.outcome when 'CANCELLED' then coalesce(s.error_code, o.error_code) else o.error_code end,
                      error_message = case o.outcome when 'CANCELLED' then coalesce(s.error_message, o.error_message)
                                                     else o.error_message end,
                      worker_id = null, attempt_epochs = 0
                  from outcome o
                  where s.task_id = o.task_id and s.task_id = any(?) and s.status::text in ('DISPATCHED', 'RUNNING')
                    and s.run_number = o.run_number and s.attempt = o.attempt and s.epoch = o.epoch
                    and (o.by_agent or o.worker_id is null or o.worker_id = s.worker_id)
                  returning s.task_id, s.run_id, s.run_number, s.task_index, s.tenant, s.agent_id, s.placement, s.placed_among,
                    s.placed_used, s.placed_slots, s.moved_from, s.started_at, s.needs_claim, old.worker_id as watcher
                ), kept as (
                  insert into task_attempt (task_id, attempt, tenant, run_number, epoch, agent_id, placement, placed_among, placed_used,
                    placed_slots, moved_from, started_at, ended_at,
                    outcome, error_code, error_message, retryable, result, cost_micro_usd, input_tokens, output_tokens, needs_claim)
                  select e.task_id, o.attempt, e.tenant, e.run_number, o.epoch, e.agent_id, e.placement, e.placed_among, e.placed_used,
                    e.placed_slots, e.moved_from, e.started_at, now(), o.outcome,
                    o.error_code, o.error_message, o.retryable, o.result::json, o.cost, o.input, o.output, e.needs_claim
                  from ended e join outcome o on o.task_id = e.task_id
                ), noticed as (
                  insert into run_notice (run_id, run_number, task_index, attempt, outcome, error_code, retryable)
                  select e.run_id, e.run_number, e.task_index, o.attempt, o.outcome::text, o.error_code, o.retryable
                  from ended e join outcome o on o.task_id = e.task_id
                  where o.watched or (o.worker_id is not null and o.worker_id is distinct from e.watcher)
                  returning pg_notify(?, '')::text
                )
                select task_id, (select count(*) from noticed) from ended
                """)
                .param(ids)
                .params(Columns.of(inOrder).ints(ending -> ending.run().runNumber()))
                .params(Columns.of(outcomes)
                        .ints(AttemptOutcome::attempt)
                        .ints(AttemptOutcome::epoch)
                        .texts(o -> o.outcome().name())
                        .texts(AttemptOutcome::result)
                        .texts(AttemptOutcome::errorCode)
                        .texts(AttemptOutcome::errorMessage)
                        .flags(AttemptOutcome::retryable)
                        .longs(o -> o.usage().costMicroUsd())
                        .longs(o -> o.usage().inputTokens())
                        .longs(o -> o.usage().outputTokens())
                        .longs(OutcomeWrites::ranMicros)
                        .texts(AttemptOutcome::workerId)
                        .flags(AttemptOutcome::byAgent))
                .params(Columns.of(inOrder).flags(Ending::watched))
                .params(ids, Channels.NOTICES)
                .query((row, number) -> row.getObject(1, UUID.class))
                .list();
    }

    private static @Nullable Long ranMicros(AttemptOutcome outcome) {
        Duration ran = outcome.ran();
        return ran == null ? null : ran.toNanos() / 1_000;
    }

    /**
     * An outcome of a run's task.
     *
     * @param watched whether the run is told by a notice, no activity of it waiting for the task
     */
    public record Ending(RunKey run, AttemptOutcome outcome, boolean watched) {}
}
