package io.agentorchestrator.store.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.agent.AgentDrains.AgentDrain;
import io.agentorchestrator.store.agent.AgentDrains.DrainedAgent;
import io.agentorchestrator.store.agent.AgentRegistry.Removal;
import io.agentorchestrator.store.fleet.FleetAgent;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentDrainsIT {
    private static final byte[] SALT = {1};
    private static final Heartbeat SILENT_ON_ITS_STATE = new Heartbeat(0, null, null);
    private static final Heartbeat READY = new Heartbeat(0, null, AgentState.READY);
    private static final Heartbeat STOPPING = new Heartbeat(0, null, AgentState.DRAINING);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final AgentRegistry registry = new AgentRegistry(database.dataSource());
    private final AgentDrains drains = new AgentDrains(database.dataSource());

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aDrainedAgentIsNotReadyUntilItIsResumed() {
        register("a");
        register("b");

        DrainedAgent drained = drains.drain("default", "a", "ann").orElseThrow();

        assertThat(drained.state()).isEqualTo(AgentState.DRAINING);
        assertThat(drained.drain())
                .isNotNull()
                .extracting(AgentDrain::requestedBy)
                .isEqualTo("ann");
        assertThat(listed("a").drain()).isEqualTo(drained.drain());
        assertThat(listed("b").drain()).isNull();
        assertThat(ready()).containsExactly("b");

        DrainedAgent resumed = drains.resume("default", "a").orElseThrow();

        assertThat(resumed).isEqualTo(new DrainedAgent("a", AgentState.READY, null));
        assertThat(ready()).containsExactly("a", "b");
    }

    @Test
    void neitherHeartbeatsNorRegistrationsEndADrain() {
        register("a");
        drain("a");

        assertThat(registry.heartbeat("a", READY)).contains(AgentState.DRAINING);
        assertThat(registry.heartbeat("a", SILENT_ON_ITS_STATE)).contains(AgentState.DRAINING);
        assertThat(registry.register(agent("a"), SALT)).contains(AgentState.DRAINING);
        assertThat(ready()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update agent set state = coalesce('READY', state), last_heartbeat_at = now() where agent_id = 'a'",
                "update agent set last_heartbeat_at = now() where agent_id = 'a'",
            })
    void whatAProcessOfBeforeWritesDoesNotEndADrain(String statement) {
        register("a");
        drain("a");

        database.client().sql(statement).update();

        assertThat(listed("a").state()).isEqualTo(AgentState.DRAINING);
    }

    @Test
    void anAgentThatLeavesAndComesBackIsStillDrained() {
        register("a");
        drain("a");

        assertThat(registry.remove("a")).isTrue();
        assertThat(drains.resume("default", "a")).isEmpty();

        assertThat(registry.register(agent("a"), null)).contains(AgentState.DRAINING);
        assertThat(listed("a").drain()).isNotNull();
    }

    @Test
    void anAgentThatStopsByItselfIsNotReadyOnceItIsResumed() {
        register("a");
        drain("a");
        registry.heartbeat("a", STOPPING);
        registry.heartbeat("a", SILENT_ON_ITS_STATE);

        assertThat(drains.resume("default", "a")).contains(new DrainedAgent("a", AgentState.DRAINING, null));

        assertThat(registry.heartbeat("a", SILENT_ON_ITS_STATE)).contains(AgentState.DRAINING);
        assertThat(registry.heartbeat("a", READY)).contains(AgentState.READY);
    }

    @Test
    void anAgentThatStoppedByItselfBeforeTheDrainIsNotReadyAfterIt() {
        register("a");
        registry.heartbeat("a", STOPPING);
        drain("a");

        assertThat(drains.resume("default", "a")).contains(new DrainedAgent("a", AgentState.DRAINING, null));
    }

    @Test
    void repeatingChangesNothing() {
        register("a");
        AgentDrain first = drains.drain("default", "a", "ann").orElseThrow().drain();

        assertThat(drains.drain("default", "a", "bob")).contains(new DrainedAgent("a", AgentState.DRAINING, first));

        drains.resume("default", "a");
        assertThat(drains.resume("default", "a")).contains(new DrainedAgent("a", AgentState.READY, null));
    }

    @Test
    void aSilentAgentIsLostStillAndDrainedWhenItIsHeardOfAgain() {
        register("a");
        silence("a");

        assertThat(drain("a").state()).isEqualTo(AgentState.LOST);

        assertThat(registry.heartbeat("a", READY)).contains(AgentState.DRAINING);
    }

    @Test
    void agentsOfOthersAndUnknownOnesAreNotThere() {
        registry.register(agent("theirs", List.of("acme")), null);

        assertThat(drains.drain("default", "theirs", "ann")).isEmpty();
        assertThat(drains.drain("default", "nobody", "ann")).isEmpty();
        assertThat(drains.drain("acme", "theirs", "ann")).isPresent();
        assertThat(drains.resume("other", "theirs")).isEmpty();
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void removingALostAgentEndsItsDrain() {
        register("a");
        drain("a");
        assertThat(registry.removeLost("default", "a")).isEqualTo(Removal.ALIVE);
        silence("a");

        assertThat(registry.removeLost("default", "a")).isEqualTo(Removal.REMOVED);

        assertThat(registry.removeLost("default", "a")).isEqualTo(Removal.UNKNOWN);
        assertThat(registry.register(agent("a"), null)).contains(AgentState.READY);
    }

    @Test
    void drainsOfAgentsThatAreGoneForLongAreForgotten() {
        for (String id : List.of("stays", "back", "left", "gone")) {
            register(id);
            drain(id);
        }
        for (String id : List.of("back", "left", "gone")) {
            registry.remove(id);
        }
        register("back");
        database.client()
                .sql("update agent_drain set left_at = now() - interval '2 hours' where agent_id in ('back', 'gone')")
                .update();
        database.client()
                .sql("update agent_drain set requested_at = now() - interval '2 hours'")
                .update();

        assertThat(drains.forget(Duration.ofHours(1), 10)).isEqualTo(1);

        assertThat(database.client()
                        .sql("select agent_id from agent_drain order by agent_id")
                        .query(String.class)
                        .list())
                .containsExactly("back", "left", "stays");
    }

    private DrainedAgent drain(String id) {
        return drains.drain("default", id, "ann").orElseThrow();
    }

    private void silence(String id) {
        database.client()
                .sql("update agent set last_heartbeat_at = now() - interval '1 minute' where agent_id = ?")
                .param(id)
                .update();
    }

    private long count() {
        return database.client()
                .sql("select count(*) from agent_drain")
                .query(Long.class)
                .single();
    }

    private List<String> ready() {
        return new FleetStore(database.dataSource())
                .registered().stream()
                        .filter(FleetAgent::ready)
                        .map(FleetAgent::agentId)
                        .toList();
    }

    private RegisteredAgent listed(String id) {
        return registry.list("default").stream()
                .filter(agent -> agent.agentId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void register(String id) {
        assertThat(registry.register(agent(id), null)).isPresent();
    }

    private static NewAgent agent(String id) {
        return agent(id, null);
    }

    private static NewAgent agent(String id, @Nullable List<String> tenants) {
        return new NewAgent(
                id,
                tenants == null ? "default" : tenants.getFirst(),
                "ann",
                "local",
                null,
                "{}",
                List.of("t"),
                tenants,
                "127.0.0.1:1",
                4,
                BigDecimal.ONE,
                SALT);
    }
}
