package io.agentorchestrator.store.reading;

import io.agentorchestrator.store.state.PlacementReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a dispatch went to its agent.
 *
 * @param among agents that could have had it, that one included; 0 where the reason needs no comparison
 * @param used of the agent's slots, taken or promised to tasks before it
 * @param movedFrom the agent of the dispatch before, of the same attempt
 */
public record PlacementFacts(
        String agentId,
        PlacementReason reason,
        int among,
        int used,
        int slots,
        @Nullable String movedFrom) {
    /** Of the columns that task_state and task_attempt both have; null where nothing is known. */
    static @Nullable PlacementFacts read(ResultSet row) throws SQLException {
        String agentId = row.getString("agent_id");
        String reason = row.getString("placement");
        return agentId == null || reason == null
                ? null
                : new PlacementFacts(
                        agentId,
                        PlacementReason.valueOf(reason),
                        row.getInt("placed_among"),
                        row.getInt("placed_used"),
                        row.getInt("placed_slots"),
                        row.getString("moved_from"));
    }
}
