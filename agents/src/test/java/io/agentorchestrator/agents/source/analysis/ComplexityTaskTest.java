package io.agentorchestrator.agents.source.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.sdk.FakeTask;
import io.agentorchestrator.sdk.TaskFailure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ComplexityTaskTest {
    private final ComplexityTask task = new ComplexityTask(new WorkFolder(Path.of("none")));

    @Test
    void namesTheLanguagesThatItKnowsWhenItIsAskedForAnother() {
        FakeTask asked = new FakeTask("source-complexity", "{\"index\":\"i\",\"languages\":[\"java\",\"klingon\"]}");

        TaskFailure failure = catchThrowableOfType(TaskFailure.class, () -> asked.run(task));

        assertThat(failure.code()).isEqualTo("INVALID_PAYLOAD");
        assertThat(failure).hasMessageContainingAll("languages", "one of java, python, javascript", "\"klingon\"");
    }

    @Test
    void namesTheFieldThatIsMissing() {
        FakeTask asked = new FakeTask("source-complexity", "{}");

        TaskFailure failure = catchThrowableOfType(TaskFailure.class, () -> asked.run(task));

        assertThat(failure).hasMessageContaining("field \"index\" is missing");
    }
}
