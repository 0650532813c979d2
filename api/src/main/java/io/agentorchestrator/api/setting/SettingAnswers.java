package io.agentorchestrator.api.setting;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.agentorchestrator.store.setting.Setting;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is answered about settings. */
final class SettingAnswers {
    private SettingAnswers() {}

    /** All settings. */
    record SettingList(List<SettingView> settings) {
        SettingList {
            settings = List.copyOf(settings);
        }
    }

    /**
     * A setting.
     *
     * @param value that processes go by, within seconds of its change
     * @param standard that counts while nobody has set it
     * @param allowed which values are
     * @param updatedAt absent while nobody has set it
     */
    record SettingView(
            String name,
            String value,
            @JsonProperty("default") String standard,
            String description,
            String allowed,
            @Nullable Instant updatedAt,
            @Nullable String updatedBy) {
        static SettingView of(Setting<?> setting, @Nullable StoredSetting stored) {
            return new SettingView(
                    setting.name(),
                    stored == null ? setting.standardText() : stored.value(),
                    setting.standardText(),
                    setting.summary(),
                    setting.form().description(),
                    stored == null ? null : stored.updatedAt(),
                    stored == null ? null : stored.updatedBy());
        }
    }
}
