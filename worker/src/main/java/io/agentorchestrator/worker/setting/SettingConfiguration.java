package io.agentorchestrator.worker.setting;

import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore;
import io.agentorchestrator.worker.loop.StoreLoop;
import io.agentorchestrator.worker.loop.Wake;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the settings that may change. */
@Configuration(proxyBeanMethods = false)
class SettingConfiguration {
    private static final Duration READ_EVERY = Duration.ofSeconds(3);

    @Bean
    Wake settingsWake() {
        return new Wake();
    }

    /** Read before anybody goes by them: a default may be shorter than what was set. */
    @Bean
    LiveSettings liveSettings(DataSource dataSource, Schema migrated) {
        LiveSettings settings = new LiveSettings(new SettingStore(dataSource)::all);
        boolean _ = settings.refresh();
        return settings;
    }

    /** Reads the settings every few seconds, and when told that one has changed; then wakes who goes by them. */
    @Bean
    StoreLoop settingsLoop(
            LiveSettings settings,
            @Qualifier("settingsWake") Wake wake,
            @Qualifier("retentionWake") Wake retentionWake,
            @Qualifier("deadLetterWake") Wake deadLetterWake) {
        return new StoreLoop("settings", READ_EVERY, wake, () -> {
            if (settings.refresh()) {
                retentionWake.now();
                deadLetterWake.now();
            }
        });
    }
}
