package io.agentorchestrator.api.setting;

import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.SettingStore;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the settings and feature flags that this process goes by. */
@Configuration(proxyBeanMethods = false)
class LiveSettingsConfiguration {
    private static final Duration READ_EVERY = Duration.ofSeconds(2);

    /** Has the defaults until the store has answered: the API starts without it. */
    @Bean
    LiveSettings liveSettings(SettingStore store) {
        return new LiveSettings(store::all);
    }

    @Bean
    PollLoop settingsLoop(LiveSettings settings) {
        return new PollLoop("settings", READ_EVERY, () -> {
            boolean _ = settings.refresh();
        });
    }
}
