package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import org.jspecify.annotations.Nullable;

/**
 * A function of the product that operators turn on and off while processes run. It is stored as a setting, under a name of its own space.
 *
 * @param setting on or off
 * @param available false while this version has nothing behind it: it is off then, whatever is stored
 */
public record FeatureFlag(Setting<Boolean> setting, boolean available) {
    private static final String SPACE = "flag.";

    static FeatureFlag of(String name, String summary, boolean standard, boolean available) {
        return new FeatureFlag(new Setting<>(SPACE + name, summary, standard, new OnOff()), available);
    }

    /** Its name of the published contract. */
    public String name() {
        return setting.name().substring(SPACE.length());
    }

    /**
     * Tells whether processes of this version have it on.
     *
     * @param stored absent while nobody has set it; a value that this version does not know does not count
     */
    public boolean isOn(@Nullable StoredSetting stored) {
        try {
            return available
                    && (stored == null ? setting.standard() : setting.form().read(stored.value()));
        } catch (InvalidSettingException notAllowed) {
            return setting.standard();
        }
    }
}
