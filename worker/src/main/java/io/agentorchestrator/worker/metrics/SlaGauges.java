package io.agentorchestrator.worker.metrics;

import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.store.sla.SlaCount;
import io.agentorchestrator.store.sla.SlaCounts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Map;

/** Counts ended tasks by their service level, and publishes how many kept it. Confined to {@link ClusterGauges}. */
final class SlaGauges {
    /** Transactions whose events are counted at once. A tenth of them after a failure, which may be that they had too many for one statement. */
    private static final int MAX_WINDOW = 1_000;

    /** Windows of a round: after a pause the backlog is counted over several rounds. */
    private static final int WINDOWS = 20;

    private final SlaCounts counts;
    private final LiveSettings settings;
    private final GaugeTable compliance;
    private final GaugeTable ended;
    private int window = MAX_WINDOW;

    SlaGauges(SlaCounts counts, LiveSettings settings, MeterRegistry registry) {
        this.counts = counts;
        this.settings = settings;
        this.compliance = new GaugeTable(
                registry, "sla_compliance_ratio", "Of the tasks ended in the last hour, those that completed in time");
        this.ended = GaugeTable.counter(registry, "sla_tasks", "Tasks that ended, by whether they did so in time");
    }

    void publish() {
        boolean more = true;
        for (int done = 0; more && done < WINDOWS; done++) {
            more = countNext();
        }
        Map<Tags, Double> ratios = new HashMap<>();
        for (SlaCount count : counts.lastHour()) {
            if (!Double.isNaN(count.ratio())) {
                ratios.put(tags(count), count.ratio());
            }
        }
        Map<Tags, Double> totals = new HashMap<>();
        for (SlaCount count : counts.totals()) {
            totals.put(tags(count).and("result", "met"), (double) count.met());
            totals.put(tags(count).and("result", "missed"), (double) count.missed());
            totals.put(tags(count).and("result", "cancelled"), (double) count.cancelled());
        }
        compliance.publish(ratios);
        ended.publish(totals);
    }

    private boolean countNext() {
        try {
            boolean more = counts.countNext(settings.get(Settings.SLA_TARGET), window);
            window = Math.min(MAX_WINDOW, window * 2);
            return more;
        } catch (RuntimeException failure) {
            window = Math.max(1, window / 10);
            throw failure;
        }
    }

    void withdraw() {
        compliance.publish(Map.of());
        ended.publish(Map.of());
    }

    private static Tags tags(SlaCount count) {
        return Tags.of("priority", count.priority().name());
    }
}
