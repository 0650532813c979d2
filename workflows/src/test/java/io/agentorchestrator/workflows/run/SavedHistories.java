package io.agentorchestrator.workflows.run;

import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.testing.WorkflowReplayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Histories of runs as earlier releases wrote them. They are added, never replaced: one that does not replay any more shows that
 * runs in flight would break. To add some, name them in a workflow test by {@link RunWorld#save} and run
 * {@code ./mvnw -pl workflows test -Dtest='*RunWorkflowTest,LocalBatchesTest' -Dhistories.record=true}, which leaves those that are there alone.
 */
final class SavedHistories {
    private static final Path DIRECTORY = Path.of("src/test/resources/histories");

    private SavedHistories() {}

    static List<String> startingWith(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    static void replay(String name, Class<?> implementation) throws Exception {
        try (TestWorkflowEnvironment environment = RunWorld.newEnvironment()) {
            WorkflowReplayer.replayWorkflowExecution(
                    WorkflowExecutionHistory.fromJson(Files.readString(DIRECTORY.resolve(name))),
                    environment,
                    implementation);
        }
    }
}
