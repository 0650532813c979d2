package io.agentorchestrator.api.dag;

import io.agentorchestrator.api.dag.DagForecast.FinishView;
import io.agentorchestrator.api.dag.DagForecast.OfTask;
import io.agentorchestrator.api.submission.ExpectedTimes;
import io.agentorchestrator.api.submission.PathPolicy;
import io.agentorchestrator.api.task.DeadlineRiskView;
import io.agentorchestrator.api.waiting.FleetCache;
import io.agentorchestrator.api.waiting.FleetView;
import io.agentorchestrator.store.reading.DagDetail;
import io.agentorchestrator.store.reading.DagDetail.DagTask;
import io.agentorchestrator.store.reading.TaskFacts;
import io.agentorchestrator.workflows.dag.CriticalPath;
import io.agentorchestrator.workflows.dag.Topology;
import io.agentorchestrator.workflows.forecast.FinishForecast;
import io.agentorchestrator.workflows.forecast.FinishForecast.Finish;
import io.agentorchestrator.workflows.forecast.ListSchedule;
import io.agentorchestrator.workflows.forecast.Pool;
import io.agentorchestrator.workflows.forecast.Progress;
import io.agentorchestrator.workflows.forecast.Slack;
import io.agentorchestrator.workflows.forecast.TypeTime;
import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Computes how DAGs will go on, when somebody reads them: from the statuses of their tasks, measured times, and the agents that there are. A DAG of
 * 10,000 tasks takes some 150 ms; so what was computed is kept for ten times as long as it took, 5 s at most. Thread-safe.
 */
@Component
final class DagForecasts {
    private static final int MAX_TYPES_NAMED = 10;

    private static final int MAX_KEPT = 50;
    private static final int KEPT_FOR_TIMES = 10;
    private static final Duration KEPT_AT_MOST = Duration.ofSeconds(5);

    private final Map<Key, Kept> kept = new LinkedHashMap<>();
    private final ExpectedTimes times;
    private final FleetCache fleet;
    private final Clock clock;

    DagForecasts(ExpectedTimes times, FleetCache fleet, Clock clock) {
        this.times = times;
        this.fleet = fleet;
        this.clock = clock;
    }

    /** Forecasts how this DAG goes on. Nothing is told while the flag is off; nothing is invented where a type was not measured. */
    DagForecast of(String tenant, DagDetail dag) {
        PathPolicy policy = times.policy();
        if (!policy.tells()) {
            return DagForecast.NONE;
        }
        long begun = System.nanoTime();
        Key key = new Key(
                dag.facts().dagId(), dag.facts().runNumber(), dag.facts().status());
        synchronized (kept) {
            Kept known = kept.get(key);
            if (known != null && begun < known.untilNanos()) {
                return known.forecast();
            }
        }
        DagForecast forecast = compute(tenant, dag, policy);
        long now = System.nanoTime();
        synchronized (kept) {
            kept.values().removeIf(old -> now >= old.untilNanos());
            if (kept.size() < MAX_KEPT) {
                long lifetime = Math.min(KEPT_AT_MOST.toNanos(), KEPT_FOR_TIMES * (now - begun));
                kept.put(key, new Kept(forecast, now + lifetime));
            }
        }
        return forecast;
    }

    private record Key(UUID dagId, int runNumber, RunStatus status) {}

    private record Kept(DagForecast forecast, long untilNanos) {}

    private DagForecast compute(String tenant, DagDetail dag, PathPolicy policy) {
        Tasks tasks = new Tasks(dag, policy, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        boolean ended = dag.facts().status().isTerminal();
        if (!ended && !tasks.unmeasured.isEmpty()) {
            return DagForecast.unknown("task types not measured yet: "
                    + String.join(
                            ", ",
                            tasks.unmeasured.stream().limit(MAX_TYPES_NAMED).toList()));
        }
        if (ended) {
            return new DagForecast(tasks.criticalPath(), null, null, null, List.of());
        }
        if (dag.facts().status() == RunStatus.PAUSED) {
            return tasks.unpredicted("the DAG is paused");
        }
        FleetView agents = fleet.now().orElse(null);
        if (agents == null) {
            return tasks.unpredicted("the agents are not known at the moment");
        }
        FinishForecast forecast = tasks.forecast(agents.slots(tenant));
        if (Double.isInfinite(forecast.last().at())) {
            return tasks.unpredicted("no agent serves some of its tasks");
        }
        FinishView finish = tasks.view(forecast.last());
        return new DagForecast(
                tasks.criticalPath(),
                finish,
                null,
                DeadlineRiskView.of(dag.facts().deadline(), finish.at(), finish.earliest()),
                tasks.told(forecast));
    }

    /** The tasks of one DAG at one moment. */
    private static final class Tasks {
        private final DagDetail dag;
        private final PathPolicy policy;
        private final Instant now;
        private final Topology topology;
        private final List<TypeTime.Expected> durations = new ArrayList<>();
        private final Map<String, Integer> types = new LinkedHashMap<>();
        private final int[] typeOf;
        private final Progress progress;
        private final double[] left;
        /** Types of tasks that have not ended. */
        private final TreeSet<String> unmeasured = new TreeSet<>();

        Tasks(DagDetail dag, PathPolicy policy, Instant now) {
            int size = dag.tasks().size();
            this.dag = dag;
            this.policy = policy;
            this.now = now;
            this.topology = Topology.of(dag.parents());
            this.typeOf = new int[size];
            BitSet ended = new BitSet(size);
            BitSet running = new BitSet(size);
            double[] elapsed = new double[size];
            for (int task = 0; task < size; task++) {
                TaskFacts facts = facts(task);
                durations.add(policy.times().expected(facts.taskType(), facts.estimatedComplexity()));
                typeOf[task] = types.computeIfAbsent(facts.taskType(), _ -> types.size());
                ended.set(task, facts.status().isTerminal());
                Instant startedAt = facts.attemptStartedAt();
                if (facts.status() == TaskStatus.RUNNING && startedAt != null) {
                    running.set(task);
                    elapsed[task] = seconds(startedAt, now);
                }
                if (!ended.get(task) && !policy.times().isKnown(facts.taskType())) {
                    unmeasured.add(facts.taskType());
                }
            }
            this.progress = new Progress(ended, running, elapsed);
            this.left = progress.left(
                    durations.stream().mapToDouble(TypeTime.Expected::seconds).toArray());
        }

        private TaskFacts facts(int task) {
            return dag.tasks().get(task).facts();
        }

        private static double seconds(Instant from, Instant to) {
            return Math.max(0, Duration.between(from, to).toNanos() / 1e9);
        }

        /** The longest path, where tasks that have ended count as long as they ran. */
        CriticalPath criticalPath() {
            double[] lengths = new double[left.length];
            for (int task = 0; task < lengths.length; task++) {
                Instant from = facts(task).startedAt();
                Instant to = facts(task).endedAt();
                double ran = from == null || to == null ? 0 : seconds(from, to);
                lengths[task] = progress.ended().get(task) ? ran : progress.elapsed()[task] + left[task];
            }
            double[] remaining = topology.remaining(lengths);
            int[] path = topology.longestPath(remaining);
            return new CriticalPath(Arrays.stream(path).mapToObj(this::key).toList(), path, remaining[path[0]]);
        }

        private String key(int task) {
            String key = facts(task).key();
            return key == null ? "#" + task : key;
        }

        FinishForecast forecast(Map<Set<String>, Integer> slots) {
            List<Pool> pools = new ArrayList<>();
            slots.forEach((served, count) -> {
                BitSet numbers = new BitSet();
                served.stream().filter(types::containsKey).forEach(type -> numbers.set(types.getOrDefault(type, 0)));
                if (!numbers.isEmpty()) {
                    pools.add(new Pool(numbers, count));
                }
            });
            double[] remaining = policy.orders() ? topology.remaining(left) : new double[left.length];
            Comparator<Integer> order = Comparator.comparing(
                            (Integer task) -> facts(task).priority())
                    .thenComparing(Comparator.comparingDouble((Integer task) -> -remaining[task]));
            ListSchedule schedule = new ListSchedule(topology, typeOf, ListSchedule.by(left.length, order), pools);
            return FinishForecast.of(
                    schedule, durations, typeOf, progress, dag.facts().dagId().getLeastSignificantBits());
        }

        /** The path and the slack alone, where the end cannot be predicted. */
        DagForecast unpredicted(String why) {
            return new DagForecast(criticalPath(), null, why, null, told(null));
        }

        /** Slack and risk of each task; no risk without a forecast. */
        List<OfTask> told(@Nullable FinishForecast forecast) {
            Slack slack = new Slack(topology, left);
            List<OfTask> told = new ArrayList<>(left.length);
            for (int task = 0; task < left.length; task++) {
                if (progress.ended().get(task)) {
                    told.add(OfTask.NOTHING);
                    continue;
                }
                DagTask of = dag.tasks().get(task);
                DeadlineRiskView risk = null;
                if (forecast != null && of.facts().deadline() != null) {
                    FinishView finish = view(forecast.of(task));
                    risk = DeadlineRiskView.of(of.facts().deadline(), finish.at(), finish.earliest());
                }
                told.add(new OfTask(Math.round(slack.of(task) * 1e3) / 1e3, risk));
            }
            return told;
        }

        FinishView view(Finish finish) {
            return new FinishView(
                    FinishView.after(now, finish.at()),
                    FinishView.after(now, finish.earliest()),
                    FinishView.after(now, finish.latest()));
        }
    }
}
