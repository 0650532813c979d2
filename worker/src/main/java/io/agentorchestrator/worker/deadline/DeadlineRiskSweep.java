package io.agentorchestrator.worker.deadline;

import io.agentorchestrator.store.forecast.DeadlineRiskStore;
import io.agentorchestrator.store.forecast.DeadlineRiskStore.Kind;
import io.agentorchestrator.store.forecast.DeadlineRiskStore.Pending;
import io.agentorchestrator.store.forecast.DeadlineRiskStore.Position;
import io.agentorchestrator.store.forecast.DeadlineRiskStore.Risk;
import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.loop.LoopLifecycle;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.setting.FeatureFlags;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.workflows.forecast.TypeTime;
import io.agentorchestrator.workflows.forecast.TypeTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Walks along the deadlines of tasks that wait, a page every few seconds, and notes those that cannot be met any more by measured times: of a task,
 * because it takes longer itself; of its DAG, because the path behind it does. Any number of workers may do so at once: each risk is noted once.
 */
@Component
final class DeadlineRiskSweep implements LoopLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(DeadlineRiskSweep.class);
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final int MAX_TASKS = 2_000;

    private final DeadlineRiskStore risks;
    private final TypeTimeStore times;
    private final LiveSettings settings;
    private final PollLoop loop;
    private Position position = Position.START;

    DeadlineRiskSweep(DataSource database, LiveSettings settings) {
        this.risks = new DeadlineRiskStore(database);
        this.times = new TypeTimeStore(database);
        this.settings = settings;
        this.loop = new PollLoop("deadline-risks", EVERY, this::sweep);
    }

    @Override
    public PollLoop loop() {
        return loop;
    }

    void sweep() {
        int _ = risks.forgetSettled(MAX_TASKS);
        if (!settings.isOn(FeatureFlags.CRITICAL_PATH_ANALYSIS)) {
            return;
        }
        List<Pending> page = risks.pending(position, MAX_TASKS);
        position = page.size() < MAX_TASKS ? Position.START : page.getLast().position();
        if (page.isEmpty()) {
            return;
        }
        int noted = risks.note(List.copyOf(of(page, times.all())));
        if (noted > 0) {
            LOG.info("{} deadlines cannot be met any more by measured times", noted);
        }
    }

    /** Finds the risks among these tasks, each once. */
    static Collection<Risk> of(List<Pending> page, TypeTimes times) {
        Map<UUID, Risk> found = new HashMap<>();
        for (Pending task : page) {
            if (times.isKnown(task.taskType())) {
                TypeTime.Expected own = times.expected(task.taskType(), task.estimatedComplexity());
                if (after(task.now(), own.least()).isAfter(task.deadline())) {
                    found.put(
                            task.taskId(),
                            new Risk(task.taskId(), Kind.TASK, task.deadline(), after(task.now(), own.seconds())));
                }
            }
            UUID dag = task.dagId();
            Instant deadline = task.dagDeadline();
            if (dag != null
                    && deadline != null
                    && after(task.now(), leastPath(task)).isAfter(deadline)) {
                Risk risk = new Risk(dag, Kind.DAG, deadline, after(task.now(), path(task)));
                found.merge(
                        dag,
                        risk,
                        (one, other) -> one.predictedFinish().isAfter(other.predictedFinish()) ? one : other);
            }
        }
        return found.values();
    }

    private static double path(Pending task) {
        return task.pathMillis() / 1e3;
    }

    /** The path behind a task at least; its spread is taken to be that of the critical path, which grows with the root of the length. 0: nothing is known. */
    private static double leastPath(Pending task) {
        Double critical = task.criticalSeconds();
        Double sigma = task.criticalSigma();
        if (critical == null || sigma == null || critical <= 0) {
            return 0;
        }
        return path(task) - TypeTime.Expected.BAND * sigma * Math.sqrt(path(task) / critical);
    }

    private static Instant after(Instant now, double seconds) {
        return now.plus(Duration.ofMillis(Math.round(seconds * 1e3)));
    }
}
