package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.release.ContenderReader;
import io.agentorchestrator.store.release.Contenders;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.workflows.release.Ageing;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Tells the store what tenants use of this worker's agents, and knows which tenants wait, as of about a second ago. It is asked of types that wait only, and looks
 * so seldom that it takes a twentieth of one connection at most. Confined to release's thread.
 *
 * <p>The use of this worker's own agents counts at once. Were it known only as the store tells it, up to three seconds late, what is short of its share would
 * get all slots for as long, and then none: claims follow each other much sooner.
 */
final class TenantShares {
    private static final Logger LOG = LoggerFactory.getLogger(TenantShares.class);
    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int IDLE_TIMES_BUSY = 20;

    private final FlowMeter flow;
    private final UseStore uses;
    private final ContenderReader reader;
    private final LiveSettings settings;
    private Contenders contenders = Contenders.NONE;
    /** Told to the store since it was read. */
    private final Map<String, Double> toldSince = new HashMap<>();

    private long nextLookNanos = System.nanoTime();

    TenantShares(FlowMeter flow, UseStore uses, ContenderReader reader, LiveSettings settings) {
        this.flow = flow;
        this.uses = uses;
        this.reader = reader;
        this.settings = settings;
    }

    /** Tells what was used since the last time. What cannot be told is not counted: it is seconds of use, beside hours. */
    void tell() {
        SortedMap<String, Double> used = flow.takeUsed();
        try {
            uses.add(used);
            used.forEach((tenant, seconds) -> toldSince.merge(tenant, seconds, Double::sum));
            uses.rescale(settings.get(Settings.FAIR_SHARE_HALF_LIFE));
        } catch (DataAccessException storeAway) {
            LOG.debug("what {} tenants have used is not counted", used.size(), storeAway);
        }
    }

    /**
     * The tenants that wait with tasks of these types, and what they have used until now.
     *
     * @param classes whose lines are looked at
     */
    Contenders look(Set<String> waitingTypes, TaskClasses classes) {
        if (waitingTypes.isEmpty()) {
            contenders = Contenders.NONE;
            toldSince.clear();
            return contenders;
        }
        long began = System.nanoTime();
        if (began - nextLookNanos >= 0) {
            toldSince.clear();
            contenders = reader.read(waitingTypes, classes, new Ageing(settings.get(Settings.PRIORITY_AGEING)));
            long took = System.nanoTime() - began;
            nextLookNanos = began + Math.max(LOOK_EVERY_NANOS, IDLE_TIMES_BUSY * took);
        }
        return contenders.plus(toldSince).plus(flow.used());
    }
}
