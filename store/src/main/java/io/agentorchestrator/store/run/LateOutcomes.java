package io.agentorchestrator.store.run;

import io.agentorchestrator.store.state.AttemptOutcome;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/** Books outcomes of dispatches that came after their tasks had moved on. Thread-safe. */
final class LateOutcomes {
    private final JdbcTemplate jdbc;

    LateOutcomes(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** As {@link OutcomeStore#bookLate} says. A task that another has taken the place of is in no run any more. */
    int book(RunKey run, List<AttemptOutcome> outcomes) {
        if (outcomes.isEmpty()) {
            return 0;
        }
        UUID[] ids = outcomes.stream().map(AttemptOutcome::taskId).toArray(UUID[]::new);
        return jdbc.update(
                """
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
                """,
                ids,
                outcomes.stream().map(AttemptOutcome::attempt).toArray(Integer[]::new),
                outcomes.stream().map(AttemptOutcome::epoch).toArray(Integer[]::new),
                texts(outcomes, AttemptOutcome::agentId),
                texts(outcomes, outcome -> outcome.outcome().name()),
                texts(outcomes, AttemptOutcome::errorCode),
                outcomes.stream().map(o -> o.usage().costMicroUsd()).toArray(Long[]::new),
                outcomes.stream().map(o -> o.usage().inputTokens()).toArray(Long[]::new),
                outcomes.stream().map(o -> o.usage().outputTokens()).toArray(Long[]::new),
                ids,
                run.runId());
    }

    private static @Nullable String[] texts(
            List<AttemptOutcome> outcomes, Function<AttemptOutcome, @Nullable String> column) {
        return outcomes.stream().map(column).toArray(String[]::new);
    }
}
