package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.EndCodes;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a batch does about deadlines. */
class BatchDeadlineIT {
    private static final Duration SOON = Duration.ofMinutes(5);

    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1", BatchFixture.PATIENT, Duration.ofSeconds(10));
    private final Instant deadline = fixture.clock.instant().plus(SOON).truncatedTo(ChronoUnit.MILLIS);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void tellsTheAgentByWhenTheTaskHasToBeDone() {
        ScriptedAgent agent =
                fixture.agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        RunKey run = dag(Map.of("a", deadline));

        worker.dispatch(run, 0, 1);

        assertThat(agent.starts)
                .filteredOn(Start::hasDeadline)
                .singleElement()
                .satisfies(start -> assertThat(Instant.ofEpochSecond(
                                start.getDeadline().getSeconds(),
                                start.getDeadline().getNanos()))
                        .isEqualTo(deadline));
    }

    @Test
    void endsTheAttemptWhenTheDeadlinePassesAndTellsTheAgent() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = dag(Map.of("a", deadline));
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0, 1));
        Awaitility.await().until(() -> agent.working.size() == 2);

        fixture.clock.advance(SOON);

        assertThat(result.get(10, TimeUnit.SECONDS).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, EndCodes.DEADLINE_EXCEEDED, false));
        assertThat(result.get().running()).as("without a deadline").containsExactly(1);
        Awaitility.await().untilAsserted(() -> assertThat(agent.heard).contains("CANCEL"));
        assertThat(worker.breakers.failures("one")).isZero();
    }

    @Test
    void givesBackAtOnceWhatStillWaitsForAnAgent() throws Exception {
        RunKey run = dag(Map.of("a", deadline, "b", deadline));
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0, 1));
        Awaitility.await().until(() -> fixture.state(run, 1).status() == TaskStatus.RELEASED);

        fixture.clock.advance(SOON);

        assertThat(result.get(10, TimeUnit.SECONDS).notStarted()).containsExactly(0, 1);
        assertThat(fixture.state(run, 0).attempt()).isZero();
        assertThat(fixture.state(run, 0).status()).isEqualTo(TaskStatus.QUEUED);
    }

    @Test
    void startsNothingWhoseDeadlineHasPassedBefore() {
        ScriptedAgent agent =
                fixture.agent("one", 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        RunKey run = dag(Map.of("a", deadline));
        fixture.clock.advance(SOON);

        BatchResult result = worker.dispatch(run, 0, 1);

        assertThat(result.notStarted()).containsExactly(0);
        assertThat(result.ended()).extracting(AttemptEnd::task).containsExactly(1);
        assertThat(agent.starts).hasSize(1);
        assertThat(fixture.state(run, 0).attempt()).isZero();
    }

    @Test
    void endsTheAttemptAlsoWhereTheAgentIsOutOfReach() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        RunKey run = dag(Map.of("a", fixture.clock.instant().plusSeconds(30)));
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> agent.working.size() == 1);
        agent.close();

        fixture.clock.advance(Duration.ofSeconds(30));

        assertThat(result.get(10, TimeUnit.SECONDS).ended())
                .containsExactly(new AttemptEnd(0, 1, AttemptEnd.Outcome.FAILED, EndCodes.DEADLINE_EXCEEDED, false));
    }

    private RunKey dag(Map<String, Instant> deadlines) {
        return fixture.submissions.dagWithDeadlines(
                OnFailure.CANCEL_DEPENDENTS, null, deadlines, Node.of("a"), Node.of("b"));
    }
}
