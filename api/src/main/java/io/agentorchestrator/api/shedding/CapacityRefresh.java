package io.agentorchestrator.api.shedding;

import io.agentorchestrator.api.problem.StoreFailures.SchemaState;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.store.tenant.ApiProcessStore;
import io.agentorchestrator.store.tenant.StoredTenant;
import io.agentorchestrator.store.tenant.TenantStore;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Reads the limits, and notes that this API is alive, every two seconds. Thread-safe. */
@Component
public final class CapacityRefresh implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(CapacityRefresh.class);
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final AdmissionControl control;
    private final TenantStore tenants;
    private final ApiProcessStore apis;
    private final LiveSettings settings;
    private final SchemaState schema;
    private final String processId = UUID.randomUUID().toString();
    private final PollLoop loop = new PollLoop("capacity-limits", EVERY, this::round);

    CapacityRefresh(
            AdmissionControl control,
            TenantStore tenants,
            ApiProcessStore apis,
            LiveSettings settings,
            SchemaState schema) {
        this.control = control;
        this.tenants = tenants;
        this.apis = apis;
        this.settings = settings;
        this.schema = schema;
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    /** Leaves its part to the others. */
    @Override
    public void stop() {
        loop.stop();
        try {
            apis.leave(processId);
        } catch (DataAccessException away) {
            LOG.debug("the others will find out by themselves that this API has stopped", away);
        }
    }

    private void round() {
        if (schema.isMigrated()) {
            refresh();
        }
    }

    /** Reads the limits now. */
    public synchronized void refresh() {
        int alive = apis.beat(processId);
        control.limits(limits(settings, tenants, alive), System.nanoTime());
    }

    private static CapacityLimits limits(LiveSettings settings, TenantStore tenants, int apis) {
        return new CapacityLimits(
                settings.isOn(FeatureFlags.LOAD_SHEDDING),
                settings.get(Settings.MAX_OPEN_TASKS),
                settings.get(Settings.MAX_PARKED_TASKS),
                tenants.all().stream().collect(Collectors.toMap(StoredTenant::name, StoredTenant::limits)),
                apis);
    }
}
