package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.reading.PlacementFacts;
import io.agentorchestrator.store.reading.TaskDetail;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.store.setting.SchedulingStrategy;
import io.agentorchestrator.store.state.PlacementReason;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.agentorchestrator.workflows.run.BatchResult;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store knows of every dispatch why it went to its agent. */
class BatchPlacementIT {
    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theOnlyAgentIsNoChoice() {
        answering("one");
        RunKey run = fixture.dag("{}", Node.of("a"));

        worker.dispatch(run, 0);

        assertThat(task(run, 0).facts().placement())
                .isEqualTo(new PlacementFacts("one", PlacementReason.ONLY_AGENT, 1, 0, 4, null));
        assertThat(task(run, 0).attempts())
                .singleElement()
                .satisfies(attempt -> assertThat(attempt.placement())
                        .isEqualTo(task(run, 0).facts().placement()));
    }

    @Test
    void ofTwoTheLessLoadedOneIsTaken() {
        ScriptedAgent first = fixture.agent("first", 4).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> first.working.size() == 1);
        answering("second");
        Awaitility.await().until(() -> worker.isConnected("second"));

        worker.dispatch(run, 1);

        assertThat(task(run, 1).facts().placement())
                .isEqualTo(new PlacementFacts("second", PlacementReason.LEAST_LOADED, 2, 0, 4, null));
    }

    @Test
    void ofTwoTheCheaperOneIsTakenWhereThatIsWanted() {
        ScriptedAgent cheap = fixture.agent("cheap", 4).works();
        ScriptedAgent dear = fixture.agent("dear", 4).works();
        fixture.costs(cheap, 1);
        fixture.costs(dear, 10);
        worker.dispatch.placeBy(SchedulingStrategy.COST_BASED);
        Awaitility.await().until(() -> worker.isConnected("cheap") && worker.isConnected("dear"));
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> cheap.working.size() == 1);

        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 1));
        Awaitility.await().until(() -> cheap.working.size() == 2);

        assertThat(task(run, 1).facts().placement())
                .isEqualTo(new PlacementFacts("cheap", PlacementReason.COST_BASED, 2, 1, 4, null));
        assertThat(dear.working).isEmpty();
    }

    @Test
    void aTaskThatItsAgentGaveUpSaysWhereItComesFrom() {
        ScriptedAgent mortal = fixture.agent("mortal", 4);
        mortal.onStart((start, out) -> {
            out.onNext(ScriptedAgent.accepted(start));
            fixture.forget(mortal);
            out.onNext(ScriptedAgent.error(start, "CANCELLED", true));
        });
        RunKey run = fixture.dag("{}", Node.of("a"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> !mortal.starts.isEmpty());
        answering("other");

        Awaitility.await()
                .untilAsserted(() -> assertThat(task(run, 0).facts().placement())
                        .isNotNull()
                        .satisfies(placed -> {
                            assertThat(placed.agentId()).isEqualTo("other");
                            assertThat(placed.reason()).isEqualTo(PlacementReason.MOVED_STOPPED);
                            assertThat(placed.movedFrom()).isEqualTo("mortal");
                        }));
    }

    @Test
    void whatBecomesReadyWithItsParentIsHandedOn() {
        answering("one");
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b", "a"));
        fixture.release(run, 0);

        worker.takingAlong(run, 0, 1);

        assertThat(task(run, 1).facts().placement())
                .isEqualTo(new PlacementFacts("one", PlacementReason.HANDED_ON, 0, 0, 0, null));
    }

    @Test
    void whatIsBackInTheBacklogIsPlacedNowhere() {
        ScriptedAgent full = fixture.agent("full", 1).works();
        RunKey run = fixture.dag("{}", Node.of("a"), Node.of("b"));
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 0));
        Awaitility.await().until(() -> full.working.size() == 1);
        CompletableFuture<BatchResult> _ = BatchFixture.async(() -> worker.dispatch(run, 1));
        Awaitility.await()
                .untilAsserted(() -> assertThat(task(run, 1).facts().placement())
                        .isEqualTo(new PlacementFacts("full", PlacementReason.ONLY_AGENT, 1, 1, 1, null)));

        fixture.forget(full);

        Awaitility.await().until(() -> fixture.state(run, 1).status() == TaskStatus.QUEUED);
        assertThat(task(run, 1).facts().placement()).isNull();
    }

    private void answering(String agentId) {
        ScriptedAgent _ =
                fixture.agent(agentId, 4).onStart((start, out) -> out.onNext(ScriptedAgent.result(start, "1")));
    }

    private TaskDetail task(RunKey run, int index) {
        return new TaskReader(fixture.database.dataSource())
                .find("default", fixture.state(run, index).taskId())
                .orElseThrow();
    }
}
