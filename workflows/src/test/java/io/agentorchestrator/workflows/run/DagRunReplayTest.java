package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** See {@link SavedHistories}. */
class DagRunReplayTest {

    @ParameterizedTest
    @MethodSource("histories")
    void savedHistoryReplays(String name) throws Exception {
        SavedHistories.replay(name, DagRunImpl.class);
    }

    @Test
    void thereAreHistories() throws IOException {
        assertThat(histories())
                .contains(
                        "dag-paused.json",
                        "dag-taken-over.json",
                        "dag-cancelled.json",
                        "dag-deadline.json",
                        "dag-rerun.json",
                        "dag-fails-its-workflow.json")
                .hasSizeGreaterThanOrEqualTo(15);
    }

    static List<String> histories() throws IOException {
        return SavedHistories.startingWith("dag-");
    }
}
