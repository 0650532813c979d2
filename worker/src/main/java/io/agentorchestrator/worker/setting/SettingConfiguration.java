package io.agentorchestrator.worker.setting;

import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the settings that may change. */
@Configuration(proxyBeanMethods = false)
class SettingConfiguration {
    private static final Duration READ_EVERY = Duration.ofSeconds(3);

    @Bean
    WakeSignal settingsWake() {
        return new WakeSignal();
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
    PollLoop settingsLoop(
            LiveSettings settings, WakeSignal settingsWake, WakeSignal retentionWake, WakeSignal deadLetterWake) {
        return new PollLoop("settings", READ_EVERY, settingsWake, () -> {
            if (settings.refresh()) {
                retentionWake.now();
                deadLetterWake.now();
            }
        });
    }
}
