package io.agentorchestrator.api.submission;

import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The measured times of types, as of some seconds ago. Knows none until the store has answered. Thread-safe. */
@Component
public final class ExpectedTimes implements LoopLifecycle {
    private static final Duration READ_EVERY = Duration.ofSeconds(3);

    private final Supplier<TypeTimes> store;
    private final LiveSettings settings;
    private final PollLoop loop;
    private volatile TypeTimes times = TypeTimes.NONE;

    @Autowired
    ExpectedTimes(TypeTimeStore store, LiveSettings settings) {
        this(store::all, settings);
    }

    ExpectedTimes(Supplier<TypeTimes> store, LiveSettings settings) {
        this.store = store;
        this.settings = settings;
        this.loop = new PollLoop("type-times", READ_EVERY, this::refresh);
    }

    void refresh() {
        times = store.get();
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    /** The times by which paths are measured now, and what they are measured for. */
    public PathPolicy policy() {
        return new PathPolicy(
                times,
                settings.isOn(FeatureFlags.DAG_OPTIMIZATION),
                settings.isOn(FeatureFlags.CRITICAL_PATH_ANALYSIS));
    }
}
