package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.chaos.Submission.Kind;
import io.agentorchestrator.cli.chaos.Submission.PlannedTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the clients submit, all of it drawn from the seed before anything starts. */
final class Workload {
    static final int CLIENTS = 6;
    static final int MAX_ATTEMPTS = 5;
    /** Served by the fleet that is started again by itself whenever a task crashes it. */
    static final String FRAGILE_TYPE = "fragile";
    /** Served by the stack's own agent too, which nothing but a signal kills. */
    static final String STURDY_TYPE = "simulated";

    private static final int MIN_TASKS = 2_400;
    /** Of each kind of trouble, where there are five: one attempt in ten in all, and half as much again for those that others cut short. */
    private static final double FRAGILE_SHARE = 0.03;
    /** Of each where there are four. */
    private static final double STURDY_SHARE = 0.0375;

    private static final int MAX_BATCH = 20;
    private static final int MIN_DAG = 4;
    private static final int MAX_DAG = 20;

    private final Random random;
    private final long seed;
    private final Duration length;

    private Workload(long seed, Duration length) {
        this.random = new Random(seed);
        this.seed = seed;
        this.length = length;
    }

    /** For each client its submissions, in the order of their time. */
    static List<List<Submission>> draw(long seed, Duration length) {
        return new Workload(seed, length).draw();
    }

    private List<List<Submission>> draw() {
        List<Submission> all = new ArrayList<>();
        int tasks = 0;
        for (String onFailure : List.of("CANCEL_DEPENDENTS", "FAIL_FAST", "CONTINUE")) {
            Submission doomed = doomed(all.size(), onFailure);
            all.add(doomed);
            tasks += doomed.tasks().size();
        }
        while (tasks < MIN_TASKS) {
            Submission next = next(all.size());
            all.add(next);
            tasks += next.tasks().size();
        }
        List<List<Submission>> byClient = new ArrayList<>();
        for (int client = 0; client < CLIENTS; client++) {
            byClient.add(new ArrayList<>());
        }
        Collections.shuffle(all, random);
        for (int i = 0; i < all.size(); i++) {
            byClient.get(i % CLIENTS).add(all.get(i));
        }
        byClient.forEach(each -> each.sort(Comparator.comparingLong(Submission::dueMillis)));
        return byClient;
    }

    private Submission next(int number) {
        int dice = random.nextInt(100);
        if (dice < 68) {
            return submission(number, Kind.TASK, 1, null, 0);
        }
        if (dice < 78) {
            return submission(number, Kind.BATCH, 2 + random.nextInt(MAX_BATCH - 1), null, 1);
        }
        String onFailure = dice < 96 ? "CANCEL_DEPENDENTS" : dice < 98 ? "CONTINUE" : "FAIL_FAST";
        return submission(number, Kind.DAG, MIN_DAG + random.nextInt(MAX_DAG - MIN_DAG + 1), onFailure, 3);
    }

    private Submission submission(int number, Kind kind, int size, @Nullable String onFailure, int maxParents) {
        List<PlannedTask> tasks = new ArrayList<>();
        for (int place = 0; place < size; place++) {
            tasks.add(task(parents(place, maxParents), random.nextInt(12) == 0 ? 1 + random.nextInt(3) : null));
        }
        return new Submission(key(number), kind, random.nextLong(length.toMillis()), onFailure, tasks);
    }

    /** A DAG whose first task never succeeds: a dead letter that is certain. */
    private Submission doomed(int number, String onFailure) {
        List<PlannedTask> tasks = new ArrayList<>();
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("fail_times", -1).put("fail_code", "DOOMED").put("retryable", false);
        tasks.add(new PlannedTask(STURDY_TYPE, payload, "PT5S", List.of(), null));
        tasks.add(task(List.of(0), null));
        tasks.add(task(List.of(), null));
        tasks.add(task(List.of(1, 2), null));
        return new Submission(key(number), Kind.DAG, random.nextLong(length.toMillis()), onFailure, tasks);
    }

    private String key(int number) {
        return "chaos-" + seed + "-" + number;
    }

    private List<Integer> parents(int place, int max) {
        int count = place == 0 || max == 0 ? 0 : random.nextInt(Math.min(place, max) + 1);
        return random.ints(0, Math.max(1, place))
                .distinct()
                .limit(count)
                .boxed()
                .toList();
    }

    private PlannedTask task(List<Integer> parents, @Nullable Integer earlier) {
        boolean fragile = random.nextInt(5) != 0;
        double share = fragile ? FRAGILE_SHARE : STURDY_SHARE;
        boolean isLong = random.nextInt(20) == 0;
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("seed", seed)
                .put("sleep_ms", isLong ? 1_000 + random.nextInt(1_000) : 50 + random.nextInt(350))
                .put("fail_probability", share)
                .put("hang_probability", share)
                .put("slow_tail_probability", share)
                .put("garbage_probability", share);
        if (fragile) {
            payload.put("crash_probability", share);
        }
        if (isLong) {
            payload.put("checkpoint_every_ms", 200);
        }
        if (random.nextInt(3) == 0) {
            payload.put("effect", true);
        }
        // Longer than ten times the sleep, so that a slow tail is slow and no more.
        return new PlannedTask(
                fragile ? FRAGILE_TYPE : STURDY_TYPE, payload, isLong ? "PT25S" : "PT5S", parents, earlier);
    }
}
