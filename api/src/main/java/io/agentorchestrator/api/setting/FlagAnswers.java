package io.agentorchestrator.api.setting;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.agentorchestrator.store.setting.FeatureFlag;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the routes of feature flags. */
final class FlagAnswers {
    private FlagAnswers() {}

    /** All feature flags. */
    record FlagList(List<FlagView> featureFlags) {
        FlagList {
            featureFlags = List.copyOf(featureFlags);
        }
    }

    /**
     * A feature flag.
     *
     * @param enabled what processes go by, within seconds of its change
     * @param available false while there is nothing to turn on
     * @param standard what counts once it is available and nobody has set it
     * @param updatedAt absent while nobody has set it
     */
    record FlagView(
            String name,
            boolean enabled,
            boolean available,
            @JsonProperty("default") boolean standard,
            String description,
            @Nullable Instant updatedAt,
            @Nullable String updatedBy) {
        static FlagView of(FeatureFlag flag, @Nullable StoredSetting stored) {
            return new FlagView(
                    flag.name(),
                    flag.isOn(stored),
                    flag.available(),
                    flag.setting().standard(),
                    flag.setting().summary(),
                    stored == null ? null : stored.updatedAt(),
                    stored == null ? null : stored.updatedBy());
        }
    }
}
