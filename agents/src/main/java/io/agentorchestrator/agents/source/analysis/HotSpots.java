package io.agentorchestrator.agents.source.analysis;

import java.util.List;

/**
 * Files that are complex and keep changing.
 *
 * @param available whether there is a history to tell
 * @param files highest score first, at most {@link HotSpotsTask#MAX_LISTED}
 */
public record HotSpots(boolean available, String note, List<HotSpot> files) {
    public HotSpots {
        files = List.copyOf(files);
    }

    /**
     * One file.
     *
     * @param changedLines added and deleted
     * @param score commits times complexity
     */
    public record HotSpot(String path, int commits, int changedLines, int authors, int complexity, long score) {}
}
