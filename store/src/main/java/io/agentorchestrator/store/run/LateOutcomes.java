package io.agentorchestrator.store.run;

import io.agentorchestrator.store.row.Columns;
import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Books outcomes of dispatches that came after their tasks had moved on. Thread-safe. */
final class LateOutcomes {
    private final JdbcClient client;

    LateOutcomes(JdbcClient client) {
        this.client = client;
    }

    /** As {@link OutcomeStore#bookLate} says. A task that another has taken the place of is in no run any more. */
    int book(RunKey run, List<AttemptOutcome> outcomes) {
        if (outcomes.isEmpty()) {
            return 0;
        }
        UUID[] ids = Columns.ids(outcomes, AttemptOutcome::taskId);
        return client.sql("""
                insert into late_outcome (task_id, epoch, attempt, tenant, agent_id, outcome, error_code, cost_micro_usd,
                  input_tokens, output_tokens)
                select o.task_id, o.epoch, o.attempt, s.tenant, o.agent_id, o.outcome::attempt_outcome, o.error_code, o.cost,
                  o.input, o.output
                from unnest(?::uuid[], ?::int[], ?::int[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[])
                  as o(task_id, attempt, epoch, agent_id, outcome, error_code, cost, input, output)
                join task_state s on s.task_id = o.task_id and s.task_id = any(?)
                where (s.run_id is null or s.run_id = ?)
                  and not (s.status in ('DISPATCHED', 'RUNNING') and s.attempt = o.attempt and s.epoch = o.epoch)
                  and not exists (select from task_attempt a
                                  where a.task_id = o.task_id and a.attempt = o.attempt and a.epoch = o.epoch)
                on conflict (task_id, epoch) do nothing
                """).param(ids).params(Columns.of(outcomes).ints(AttemptOutcome::attempt).ints(AttemptOutcome::epoch).texts(AttemptOutcome::agentId).texts(outcome -> outcome.outcome().name()).texts(AttemptOutcome::errorCode).longs(o -> o.usage().costMicroUsd()).longs(o -> o.usage().inputTokens()).longs(o -> o.usage().outputTokens())).params(ids, run.runId()).update();
    }

}
