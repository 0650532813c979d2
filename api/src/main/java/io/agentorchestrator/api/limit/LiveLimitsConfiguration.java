package io.agentorchestrator.api.limit;

import io.agentorchestrator.store.limit.LimitStore;
import io.agentorchestrator.store.limit.LiveLimits;
import io.agentorchestrator.store.loop.PollLoop;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the limits that submissions go by. */
@Configuration(proxyBeanMethods = false)
class LiveLimitsConfiguration {
    @Bean
    LiveLimits liveLimits(LimitStore store) {
        return new LiveLimits(store::all);
    }

    @Bean
    PollLoop limitsLoop(LiveLimits limits) {
        return new PollLoop("limits", LiveLimits.READ_EVERY, limits::refresh);
    }
}
