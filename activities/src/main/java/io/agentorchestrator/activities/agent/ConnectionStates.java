package io.agentorchestrator.activities.agent;

import io.agentorchestrator.store.agent.AgentConnection;
import io.agentorchestrator.store.agent.AgentConnectionState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * States of this worker's connections, one an agent, and since when each holds. A trouble is told once it has lasted for a moment, and not
 * again while it lasts: an agent that registers is tried before it knows its own credential, and one that restarts is away for a moment.
 * Thread-safe.
 */
final class ConnectionStates {
    static final Duration TOLD_AFTER = Duration.ofSeconds(2);

    private final Clock clock;
    private final Map<String, State> states = new HashMap<>();

    ConnectionStates(Clock clock) {
        this.clock = clock;
    }

    /** The state of one agent, and the one that was told last. */
    private record State(AgentConnection now, @Nullable AgentConnectionState told) {}

    /** A change that is to be told. */
    record Change(AgentConnection connection, @Nullable AgentConnectionState before) {}

    /** Notes the state of an agent, unless it is that already. */
    synchronized void is(String agentId, AgentConnectionState state, String detail) {
        State known = states.get(agentId);
        if (known == null || known.now().state() != state) {
            states.put(
                    agentId,
                    new State(
                            new AgentConnection(agentId, state, clock.instant(), detail),
                            known == null ? null : known.told()));
        }
    }

    synchronized void keepOnly(Collection<String> agentIds) {
        states.keySet().retainAll(agentIds);
    }

    /** Tells what has changed since this was asked last, and lasts. */
    synchronized List<Change> takeChanges() {
        Instant lasting = clock.instant().minus(TOLD_AFTER);
        List<Change> changes = new ArrayList<>();
        states.replaceAll((agentId, known) -> {
            AgentConnection now = known.now();
            boolean due = now.state() == AgentConnectionState.CONNECTED
                    || !now.since().isAfter(lasting);
            if (now.state() == known.told() || !due) {
                return known;
            }
            changes.add(new Change(now, known.told()));
            return new State(now, now.state());
        });
        return changes;
    }

    /** All that was told of agents that are registered. */
    synchronized List<AgentConnection> told() {
        return states.values().stream()
                .filter(state -> state.told() == state.now().state())
                .map(State::now)
                .toList();
    }
}
