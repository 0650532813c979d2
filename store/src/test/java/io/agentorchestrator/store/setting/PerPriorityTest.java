package io.agentorchestrator.store.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerPriorityTest {
    private static final Setting<Map<Priority, Duration>> TARGET = Settings.SLA_TARGET;

    @Test
    void readsWhatItWrites() {
        assertThat(TARGET.standardText()).isEqualTo("CRITICAL=PT1M,HIGH=PT10M,NORMAL=PT1H,LOW=PT12H,BACKGROUND=P7D");
        assertThat(TARGET.form().read(TARGET.standardText())).isEqualTo(TARGET.standard());
        assertThat(TARGET.form().read(" LOW=PT1S, HIGH = PT2S,CRITICAL=PT3S,BACKGROUND=PT4S,NORMAL=PT5S "))
                .containsEntry(Priority.HIGH, Duration.ofSeconds(2))
                .containsEntry(Priority.NORMAL, Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PT1M|CRITICAL=…,HIGH=…",
                "CRITICAL=PT1M|HIGH, NORMAL, LOW, BACKGROUND is missing",
                "CRITICAL=PT1M,CRITICAL=PT1M|CRITICAL is named twice",
                "URGENT=PT1M|each an ISO 8601 duration",
                "CRITICAL=PT1M=PT2M|each an ISO 8601 duration",
                "CRITICAL=soon|CRITICAL: an ISO 8601 duration",
                "CRITICAL=PT0S|CRITICAL: PT0.1S to P365D is allowed, not PT0S",
                "''|each an ISO 8601 duration",
            })
    void aTextThatIsNotAllowedIsRefusedWithWhatIs(String text, String words) {
        assertThatThrownBy(() -> TARGET.form().read(text))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(words);
    }
}
