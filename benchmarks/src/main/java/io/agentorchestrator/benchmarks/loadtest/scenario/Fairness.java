package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.fleet.LoadAgents;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import io.agentorchestrator.benchmarks.loadtest.report.Report;
import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.benchmarks.loadtest.scenario.CompetingTenants.TenantQueue;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import io.agentorchestrator.cli.client.ApiClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Divides agents among tenants of which all have tasks waiting all the time, and measures the slot time that each gets: the time that its attempts had slots
 * within the measured time, by their {@code started_at} and {@code ended_at}. First ten of equal weight, of which one has a hundred times as much queued as each
 * other; then three of the weights 1, 2 and 4. Tenants are new ones in each run, so that use of before does not count.
 */
final class Fairness {
    private static final int TASK_MILLIS = 200;
    private static final SameTasks TASKS = new SameTasks("load-fairness", "NORMAL", TASK_MILLIS);
    private static final FleetSize FLEET = new FleetSize(1, 20);
    private static final int TENANTS = 10;
    private static final int TIMES_AS_MUCH = 100;
    private static final List<Double> WEIGHTS = List.of(1.0, 2.0, 4.0);
    private static final double LEAST_INDEX = 0.95;
    private static final double MOST_DEVIATION = 0.05;

    private static final Duration DURATION = Duration.ofMinutes(10);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    /** A tenant's queue, at least, by the slots that are its share. */
    private static final Duration QUEUED_WORK = Duration.ofSeconds(5);
    /** Until all processes go by a weight. */
    private static final Duration WEIGHTS_KNOWN = Duration.ofSeconds(6);

    private final Target target;
    private final Report report;
    private final FleetSize fleet;
    private final Duration warmUp;
    private final Duration length;
    private final List<Audit> audits = new ArrayList<>();

    private Fairness(Target target, Options options, Report report) {
        this.target = target;
        this.report = report;
        this.fleet = options.fleetOr(FLEET);
        this.warmUp = options.warmUp(WARM_UP);
        this.length = options.duration(DURATION);
    }

    static void run(Target target, Options options, Report report) throws Exception {
        new Fairness(target, options, report).run();
    }

    private void run() throws Exception {
        String run = "load-" + Long.toString(Instant.now().getEpochSecond(), Character.MAX_RADIX);
        equalWeights(run);
        weighted(run);
        report.none(
                        "tasks that failed",
                        audits.stream().mapToLong(Audit::failed).sum())
                .nothingLost(audits.toArray(Audit[]::new))
                .table(
                        "Configuration",
                        "tasks",
                        TASK_MILLIS + " ms each",
                        "queued, by tenant",
                        QUEUED_WORK + " to twice as much of the slots that are its share; one of the ten "
                                + TIMES_AS_MUCH + " times as much",
                        "warm-up, measured",
                        warmUp + ", " + length + ", each part",
                        "agents",
                        fleet.words());
    }

    private void equalWeights(String run) throws Exception {
        long least = least(1.0 / TENANTS);
        List<TenantQueue> queues = new ArrayList<>();
        for (int number = 1; number < TENANTS; number++) {
            queues.add(new TenantQueue(run + "-" + number, 1, least));
        }
        queues.add(new TenantQueue(run + "-much", 1, TIMES_AS_MUCH * least));
        double[] got = share("Ten tenants of equal weight", queues);
        report.atLeast(
                "Jain's index of the slot time of " + TENANTS + " tenants at least " + LEAST_INDEX,
                SlotShares.jain(got),
                LEAST_INDEX,
                "%.4f"::formatted);
    }

    private void weighted(String run) throws Exception {
        ApiClient api = new ApiClient(target.apiUrl());
        double together = WEIGHTS.stream().mapToDouble(Double::doubleValue).sum();
        List<TenantQueue> queues = WEIGHTS.stream()
                .map(weight -> new TenantQueue(run + "-weight-" + weight.intValue(), weight, least(weight / together)))
                .toList();
        try {
            for (TenantQueue queue : queues) {
                api.put("/v1/tenants/" + queue.tenant(), Map.of("weight", queue.weight()));
            }
            Thread.sleep(WEIGHTS_KNOWN);
            double[] got = share("Tenants of weights 1, 2 and 4", queues);
            double worst = SlotShares.worstDeviation(
                    got, queues.stream().mapToDouble(TenantQueue::weight).toArray());
            report.goal(
                    "slot times in proportion to the weights 1, 2 and 4, within " + Figures.percent(MOST_DEVIATION),
                    Figures.percent(worst) + " off at most",
                    worst <= MOST_DEVIATION);
        } finally {
            for (TenantQueue queue : queues) {
                api.put("/v1/tenants/" + queue.tenant(), Map.of());
            }
        }
    }

    /** Tasks that a share of the slots does in the time that a queue shall last. */
    private long least(double share) {
        return (long) Math.ceil(share * new SlotPair(fleet.slots(), TASK_MILLIS).fullTasks(QUEUED_WORK));
    }

    /**
     * Lets tenants compete, and returns the slot time that each got, in seconds, in their order. The agents come when all queues are full: whoever had slots to
     * itself before would get less than its share for a while.
     */
    private double[] share(String title, List<TenantQueue> tenants) throws Exception {
        target.tell(title + ": filling their queues.");
        try (CompetingTenants queues = new CompetingTenants(target, TASKS, tenants);
                LoadAgents agents = target.startAgents(List.of(TASKS.taskType()), fleet)) {
            target.tell("They share " + agents.slots() + " slots for " + length + ".");
            Thread.sleep(warmUp);
            Instant from = Instant.now();
            Thread.sleep(length);
            Instant to = Instant.now();
            List<Audit> ended = queues.clear();
            audits.addAll(ended);
            double[] got = IntStream.range(0, tenants.size())
                    .mapToDouble(each ->
                            ended.get(each).busySeconds(tenants.get(each).log(), from, to))
                    .toArray();
            double[] lacking = tenants.stream()
                    .mapToDouble(each -> SlotShares.withoutWaiting(each.log(), from, to) / 1e6)
                    .toArray();
            tell(title, tenants, got, lacking, from, to);
            return got;
        }
    }

    private void tell(
            String title, List<TenantQueue> tenants, double[] got, double[] lacking, Instant from, Instant to) {
        double longest = IntStream.range(0, lacking.length)
                .mapToDouble(each -> lacking[each])
                .max()
                .orElseThrow();
        double together = 0;
        for (double each : got) {
            together += each;
        }
        double there = fleet.slots() * (Duration.between(from, to).toNanos() / 1e9);
        List<List<String>> rows = new ArrayList<>();
        for (int each = 0; each < got.length; each++) {
            TenantQueue tenant = tenants.get(each);
            rows.add(List.of(
                    tenant.tenant(),
                    Figures.decimal(tenant.weight()),
                    Figures.count(tenant.least()),
                    Figures.seconds(got[each]),
                    Figures.percent(got[each] / together),
                    Figures.seconds(lacking[each])));
        }
        report.goal(
                        title + ": each has tasks waiting all the time",
                        longest == 0 ? "always" : "one had none for " + Figures.seconds(longest),
                        longest == 0)
                .tables(new ReportTable(
                                title,
                                List.of(
                                        "tenant",
                                        "weight",
                                        "kept waiting, at least",
                                        "slot time",
                                        "share of it",
                                        "time without a task that waited"),
                                rows)
                        .with(
                                "all",
                                "",
                                "",
                                Figures.seconds(together),
                                Figures.percent(together / there) + " of the slots",
                                ""));
    }
}
