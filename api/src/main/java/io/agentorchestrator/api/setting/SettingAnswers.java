package io.agentorchestrator.api.setting;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.agentorchestrator.store.setting.Setting;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the setting routes. */
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
     * @param value the one that processes go by, within seconds of its change
     * @param standard the value while nobody has set one
     * @param allowed the values that it can have, in words
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
