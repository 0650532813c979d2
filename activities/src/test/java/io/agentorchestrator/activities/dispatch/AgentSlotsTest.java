package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.agent.AgentEvent.DispatchRef;
import io.agentorchestrator.activities.breaker.BreakerState.Phase;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.activities.breaker.InMemoryBreakerStore;
import io.agentorchestrator.activities.dispatch.SlotLines.Ticket;
import io.agentorchestrator.activities.dispatch.SlotLines.Wish;
import io.agentorchestrator.activities.testkit.TestClock;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentSlotsTest {
    private final TestClock clock = TestClock.standing();
    private final InMemoryBreakerStore store = new InMemoryBreakerStore();
    private final List<FleetAgent> fleet = new CopyOnWriteArrayList<>();
    private final AgentDirectory directory = new AgentDirectory(() -> List.copyOf(fleet));
    private final Breakers breakers =
            new Breakers(store, () -> directory.agents().keySet(), (agentId, breaker) -> {}, clock);
    private final AgentSlots slots = new AgentSlots(directory, breakers, clock);
    private final List<AgentSlots.Slot> given = new CopyOnWriteArrayList<>();
    private int tasks;

    @AfterEach
    void close() {
        breakers.close();
    }

    @Test
    void givesNoSlotOfAnAgentWhoseBreakerIsOpen() {
        agent("bad", 4);
        open("bad");

        request();
        slots.serveLines();
        assertThat(given).isEmpty();

        agent("good", 4);
        slots.serveLines();
        assertThat(given).extracting(slot -> slot.agent().agentId()).containsExactly("good");
    }

    @Test
    void givesOneSlotOfAHalfOpenAgentAndTheRestOnceItsTrialSucceeded() {
        agent("bad", 4);
        halfOpen("bad");

        request();
        request();
        Awaitility.await().until(() -> given.size() == 1);
        clock.advance(AgentSlots.COOL_DOWN);
        slots.serveLines();
        settle();
        assertThat(given).hasSize(1);

        DispatchRef trial = given.getFirst().trial();
        given.getFirst().dispatch();
        slots.release(given.getFirst());
        breakers.succeeded("bad", trial);
        slots.serveLines();

        assertThat(given).hasSize(2);
        assertThat(given.getLast().trial()).isNull();
    }

    @Test
    void tellsNobodyOfASlotBeforeTheTrialIsClaimed() {
        agent("bad", 4);
        halfOpen("bad");
        DispatchRef rival = new DispatchRef(new UUID(9, 9), 1);
        boolean[] rivalHasIt = new boolean[1];
        Breakers other = new Breakers(store, () -> Set.of("bad"), (agentId, breaker) -> {}, clock);
        other.refresh().join();
        other.claimTrial("bad", rival, Duration.ZERO, has -> rivalHasIt[0] = has);
        other.refresh().join();
        other.close();
        assertThat(rivalHasIt[0]).isTrue();

        Ticket ticket = request(); // by a view that still takes the trial for free
        settle();

        assertThat(given).isEmpty();
        assertThat(breakers.isTrialFree("bad")).isFalse();
        assertThat(slots.withdraw(ticket)).as("back in line").isTrue();
    }

    @Test
    void givesTheTrialBackThatWasNeverSentOrWasRefused() {
        agent("bad", 4);
        halfOpen("bad");

        request();
        Awaitility.await().until(() -> given.size() == 1);
        slots.release(given.getFirst()); // never sent
        settle();
        assertThat(breakers.isTrialFree("bad")).isTrue();

        request();
        Awaitility.await().until(() -> given.size() == 2);
        given.getLast().dispatch();
        slots.refused(given.getLast());
        settle();
        assertThat(breakers.isTrialFree("bad")).isTrue();

        clock.advance(AgentSlots.COOL_DOWN);
        request();
        slots.serveLines();
        Awaitility.await().until(() -> given.size() == 3);
        given.getLast().dispatch();
        slots.release(given.getLast());
        settle();
        assertThat(breakers.isTrialFree("bad"))
                .as("a dispatch that was sent ends the trial by its outcome")
                .isFalse();
    }

    @Test
    void givesTheTrialBackOfWhoHasLeftMeanwhile() {
        agent("bad", 4);
        halfOpen("bad");

        Ticket ticket = request();
        boolean left = slots.withdraw(ticket);
        Awaitility.await().until(() -> left || given.size() == 1);
        settle();
        settle();

        assertThat(breakers.isTrialFree("bad")).isEqualTo(left);
        assertThat(given).hasSize(left ? 0 : 1);
    }

    @Test
    void theBestInLineIsTheTrialAlsoWhereOtherAgentsAreFree() {
        agent("good", 4);
        agent("bad", 4);
        halfOpen("bad");

        request();
        Awaitility.await().until(() -> given.size() == 1);
        request();

        assertThat(given).extracting(slot -> slot.agent().agentId()).containsExactly("bad", "good");
    }

    @Test
    void goesByTheRegistryBeforeItHasLookedItself() {
        fleet.add(agent("bad", 4, "OPEN"));
        directory.refresh();

        request();
        assertThat(given).isEmpty();

        breakers.refresh().join();
        slots.serveLines();
        assertThat(given).hasSize(1);
    }

    private Ticket request() {
        Wish wish = new Wish("t", Priority.NORMAL, new DispatchRef(new UUID(0, ++tasks), 1), Duration.ofSeconds(10));
        return slots.request(wish, given::add);
    }

    private void agent(String id, int slotCount) {
        fleet.add(agent(id, slotCount, "CLOSED"));
        directory.refresh();
        settle();
    }

    private static FleetAgent agent(String id, int slotCount, String breaker) {
        return new FleetAgent(
                id, Set.of("t"), "t", "127.0.0.1:1", slotCount, 0, new byte[0], Instant.EPOCH, true, breaker);
    }

    private void open(String id) {
        for (int i = 0; i < 5; i++) {
            breakers.failed(id, new DispatchRef(new UUID(1, i), 1));
        }
        assertThat(breakers.phase(id)).isEqualTo(Phase.OPEN);
    }

    private void halfOpen(String id) {
        open(id);
        clock.advance(Duration.ofSeconds(60));
        settle();
        assertThat(breakers.phase(id)).isEqualTo(Phase.HALF_OPEN);
    }

    /** All that the breakers were told before has been worked off. */
    private void settle() {
        breakers.refresh().join();
    }
}
