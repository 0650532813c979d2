package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.protocol.v1.Start;
import io.agentorchestrator.store.agent.BreakerPhase;
import io.agentorchestrator.store.run.RunReconciliation;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.run.BatchResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the ends of attempts do to circuit breakers, and what those do to batches. */
class BatchBreakerIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void whileAllAgentsAreOpenTasksWaitAndBurnNoAttempt() {
        ScriptedAgent agent = crashingAgent();
        openBy(5);

        RunKey run = dag(1);
        BatchResult result = worker.dispatch(run, 0);

        assertThat(result.notStarted()).containsExactly(0);
        assertThat(fixture.state(run, 0).attempt()).isZero();
        assertThat(fixture.state(run, 0).status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(agent.starts).hasSize(5);
    }

    @Test
    void unreadableResultsOfOneSubmittersTasksOpenNoBreaker() {
        fixture.agent("one", 10).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "{")));

        worker.dispatch(dag(10), IntStream.range(0, 10).boxed().toArray(Integer[]::new));

        assertThat(worker.breakers.phase("one")).isEqualTo(BreakerPhase.CLOSED);
        assertThat(worker.breakers.failures("one")).isZero();
    }

    @Test
    void unreadableResultsOfSeveralSubmittersTasksOpenIt() {
        fixture.agent("one", 10)
                .onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "[".repeat(500) + "]".repeat(500))));
        worker.dispatch(dag(10), IntStream.range(0, 10).boxed().toArray(Integer[]::new));
        RunKey others = dag(5);
        fixture.database
                .client()
                .sql("update task set tenant = 'other' where dag_id = ?")
                .param(others.runId())
                .update();

        worker.dispatch(others, 0, 1, 2, 3, 4);

        assertThat(worker.breakers.phase("one")).isEqualTo(BreakerPhase.OPEN);
    }

    @Test
    void fourFailuresAndASuccessLeaveItClosed() {
        ScriptedAgent agent = crashingAgent();
        worker.dispatch(dag(4), 0, 1, 2, 3);
        agent.onStart((start, out) -> out.onNext(ScriptedAgent.error(start, "NOBODY_THERE", false)));
        worker.dispatch(dag(1), 0);

        assertThat(worker.breakers.phase("one")).isEqualTo(BreakerPhase.CLOSED);
        assertThat(worker.breakers.failures("one")).isZero();
    }

    @Test
    void oneTaskIsTheTrialAndItsSuccessLetsTheOthersThrough() throws Exception {
        ScriptedAgent agent = crashingAgent();
        openBy(5);
        agent.works();
        RunKey run = dag(3);
        refreshAfter(Duration.ofSeconds(60));

        BatchResult first = worker.dispatch(run, 0, 1, 2);
        assertThat(first.running()).as("the trial").hasSize(1);
        assertThat(first.notStarted())
                .as("what found no agent is not kept waiting for it")
                .hasSize(2);
        assertThat(agent.starts).as("five before, and the trial").hasSize(6);
        agent.onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
        agent.finish(agent.starts.getLast(), "1");

        BatchResult trial = worker.batch(run, first.running().toArray(Integer[]::new));
        assertThat(trial.ended()).extracting(AttemptEnd::outcome).containsExactly(AttemptEnd.Outcome.COMPLETED);
        assertThat(worker.breakers.phase("one")).isEqualTo(BreakerPhase.CLOSED);
        BatchResult others = worker.dispatch(run, first.notStarted().toArray(Integer[]::new));
        assertThat(others.ended()).hasSize(2);
    }

    @Test
    void aTrialThatFailsOpensItAgain() {
        ScriptedAgent agent = crashingAgent();
        openBy(5);
        refreshAfter(Duration.ofSeconds(60));

        assertThat(worker.dispatch(dag(1), 0).ended()).hasSize(1);

        assertThat(worker.breakers.phase("one")).isEqualTo(BreakerPhase.OPEN);
        assertThat(worker.dispatch(dag(1), 0).notStarted()).containsExactly(0);
        assertThat(agent.starts).hasSize(6);
    }

    @Test
    void aTrialThatIsRefusedIsNoTrial() {
        ScriptedAgent agent = crashingAgent();
        openBy(5);
        refreshAfter(Duration.ofSeconds(60));
        agent.onStart((start, out) ->
                out.onNext(agent.starts.size() < 8 ? ScriptedAgent.refused(start) : ScriptedAgent.result(start, "1")));

        BatchResult result = worker.dispatch(dag(1), 0);

        // refused until the wait for a slot was over, or done; in no case open again
        assertThat(worker.breakers.phase("one")).isNotEqualTo(BreakerPhase.OPEN);
        assertThat(result.ended().size() + result.notStarted().size()).isEqualTo(1);
        assertThat(agent.starts).hasSizeGreaterThan(6);
    }

    @Test
    void aTrialThatSomebodyElseEndedLetsAnotherBeMade() throws Exception {
        ScriptedAgent agent = crashingAgent();
        openBy(5);
        agent.works();
        RunKey run = dag(1);
        refreshAfter(Duration.ofSeconds(60));
        CompletableFuture<BatchResult> trial = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> agent.working.size() == 1);
        assertThat(worker.breakers.isTrialFree("one")).isFalse();

        new RunReconciliation(fixture.database.dataSource()).terminate(run, "stopped by an operator");
        worker.refreshRun(run);

        trial.get(20, TimeUnit.SECONDS);
        Awaitility.await().until(() -> worker.breakers.isTrialFree("one"));
    }

    @Test
    void thatAWorkerCannotReachAnAgentIsItsOwnViewAndCostsNothing() {
        ScriptedAgent agent = fixture.agent("one", 10);
        agent.close();

        BatchResult result = worker.dispatch(dag(6), 0, 1, 2, 3, 4, 5);

        assertThat(result.notStarted()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(worker.breakers.failures("one")).isZero();
    }

    @Test
    void twoSessionsThatWatchOneTaskCountItsFailureOnce() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 4).works();
        BatchFixture.Worker other = fixture.worker("worker-2");
        RunKey run = dag(1);
        CompletableFuture<BatchResult> first = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> !agent.working.isEmpty());
        CompletableFuture<BatchResult> second = BatchFixture.async(() -> other.batch(run, 0));
        Awaitility.await().until(() -> agent.heard.contains("ATTACH"));

        Start start = agent.starts.getFirst();
        agent.kept.put(start.getRef(), ScriptedAgent.error(start, "CRASHED", true));
        agent.working.clear();
        agent.breakStreams();

        assertThat(List.of(first.get(10, TimeUnit.SECONDS), second.get(10, TimeUnit.SECONDS)))
                .allSatisfy(result -> assertThat(result.ended())
                        .extracting(AttemptEnd::errorCode)
                        .containsExactly("CRASHED"));
        worker.breakers.refresh();
        other.breakers.refresh();
        worker.breakers.refresh();
        assertThat(worker.breakers.failures("one")).isEqualTo(1);
    }

    @Test
    void tasksOfAnAgentThatDiedCountOneEach() throws Exception {
        ScriptedAgent agent = fixture.agent("one", 10).works();
        RunKey run = dag(7);
        CompletableFuture<BatchResult> result = BatchFixture.async(() -> worker.dispatch(run, 0, 1, 2, 3));
        Awaitility.await().until(() -> agent.working.size() == 4);

        fixture.die(agent);

        BatchResult first = result.get(20, TimeUnit.SECONDS);
        List<AttemptEnd> ended = new ArrayList<>(first.ended());
        if (!first.running().isEmpty()) { // given up a moment later than the others, by the next batch
            ended.addAll(
                    worker.batch(run, first.running().toArray(Integer[]::new)).ended());
        }
        assertThat(ended)
                .extracting(AttemptEnd::errorCode)
                .containsOnly(OutcomeMapping.AGENT_LOST)
                .hasSize(4);
        assertThat(worker.breakers.failures("one")).isEqualTo(4);
    }

    private ScriptedAgent crashingAgent() {
        return fixture.agent("one", 10)
                .onStart((start, out) -> out.onNext(ScriptedAgent.error(start, "CRASHED", true)));
    }

    private void openBy(int failures) {
        worker.dispatch(dag(failures), IntStream.range(0, failures).boxed().toArray(Integer[]::new));
        assertThat(worker.breakers.phase("one")).isEqualTo(BreakerPhase.OPEN);
    }

    private void refreshAfter(Duration wait) {
        fixture.clock.advance(wait);
        worker.breakers.refresh();
        assertThat(worker.breakers.phase("one")).isEqualTo(BreakerPhase.HALF_OPEN);
    }

    private RunKey dag(int nodes) {
        return fixture.dag(
                "{}", IntStream.range(0, nodes).mapToObj(i -> Node.of("n" + i)).toArray(Node[]::new));
    }
}
