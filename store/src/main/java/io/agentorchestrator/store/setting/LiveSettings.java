package io.agentorchestrator.store.setting;

import io.agentorchestrator.store.setting.Setting.InvalidSettingException;
import io.agentorchestrator.store.setting.SettingStore.StoredSetting;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings and feature flags as this process goes by them: as they were when the store was read last. Whoever has them read does so every few seconds,
 * and when {@code Channels.SETTINGS} is heard. Thread-safe.
 */
public final class LiveSettings {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

    private final Supplier<Map<String, StoredSetting>> store;
    private volatile Map<String, Object> values = Map.of();
    private volatile Map<String, StoredSetting> seen = Map.of();

    /** Has the defaults until {@link #refresh}. */
    public LiveSettings(Supplier<Map<String, StoredSetting>> store) {
        this.store = store;
    }

    /**
     * Reads the store.
     *
     * @return whether anything has changed
     */
    public boolean refresh() {
        Map<String, StoredSetting> stored = Map.copyOf(store.get());
        if (stored.equals(seen)) {
            return false;
        }
        Map<String, Object> read = new HashMap<>();
        Stream.concat(Settings.ALL.stream(), FeatureFlags.ALL.stream().map(FeatureFlag::setting))
                .forEach(setting -> {
                    StoredSetting found = stored.get(setting.name());
                    if (found != null) {
                        read(setting, found, read);
                    }
                });
        values = Map.copyOf(read);
        seen = stored;
        LOG.info("settings that somebody has set: {}", read);
        return true;
    }

    /** A value that another version stored, and this one does not allow, does not count. */
    private static <T> void read(Setting<T> setting, StoredSetting found, Map<String, Object> read) {
        try {
            read.put(setting.name(), Objects.requireNonNull(setting.form().read(found.value())));
        } catch (InvalidSettingException notAllowed) {
            LOG.warn(
                    "setting {} is '{}', which does not count: {}",
                    setting.name(),
                    found.value(),
                    notAllowed.getMessage());
        }
    }

    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        Object value = values.get(setting.name());
        return value == null ? setting.standard() : (T) value;
    }

    /** The strategy by which tasks are placed: the one that is set, while the flag that it needs is on. */
    public SchedulingStrategy schedulingStrategy() {
        SchedulingStrategy wanted = get(Settings.SCHEDULING_STRATEGY);
        return Settings.flagOf(wanted).stream().allMatch(this::isOn) ? wanted : SchedulingStrategy.LEAST_LOADED;
    }

    /** Tells whether a function is on: it is built, and its flag says so. */
    public boolean isOn(FeatureFlag flag) {
        return flag.available() && get(flag.setting());
    }
}
