package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.process.ExitHook;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * All of scheduling that an operator can put to use: flags, the strategy, weights, a budget for each day and a limit that count everything and bind nothing. Is as
 * it was found once this is closed, also where Ctrl-C ends the test. Thread-safe.
 */
final class SchedulingInUse implements AutoCloseable {
    private static final List<String> FLAGS =
            List.of("cost_based_scheduling", "critical_path_analysis", "dag_optimization", "load_shedding");
    private static final String STRATEGY = "scheduling_strategy";
    private static final String COST_BASED = "COST_BASED";
    private static final String LIMIT = "/v1/limits/load-test-cost";
    private static final String BUDGET = "/v1/budgets/load-test-cost";
    private static final int TENANTS = 10;
    /** Until all processes go by it. */
    private static final Duration KNOWN = Duration.ofSeconds(6);

    private final Target target;
    private final ApiClient api;
    /** Tenants that have weights and budgets. */
    final List<String> tenants;

    private final Map<String, Boolean> flagsBefore = new LinkedHashMap<>();
    private final String strategyBefore;
    private final ExitHook atExit = new ExitHook(this::putBack);
    private boolean isOn;
    private boolean isRestored;

    /**
     * Nothing is changed yet.
     *
     * @param run names the tenants, so that they have used nothing yet
     */
    SchedulingInUse(Target target, String run) throws Exception {
        this.target = target;
        this.api = new ApiClient(target.apiUrl());
        this.tenants = IntStream.rangeClosed(1, TENANTS)
                .mapToObj(number -> run + "-" + number)
                .toList();
        for (Answers.FeatureFlag flag :
                api.get("/v1/feature-flags").as(Answers.FeatureFlagList.class).featureFlags()) {
            if (FLAGS.contains(flag.name())) {
                flagsBefore.put(flag.name(), flag.enabled());
            }
        }
        this.strategyBefore = target.tasks().setting(STRATEGY);
    }

    /** Has all of it in use, or nothing; returns when every process goes by it. */
    void set(boolean on) throws InterruptedException {
        synchronized (this) {
            if (on) {
                use();
            } else {
                release();
            }
        }
        Thread.sleep(KNOWN);
    }

    private void use() throws InterruptedException {
        isOn = true;
        for (String flag : FLAGS) {
            flag(flag, true);
        }
        target.tasks().set(STRATEGY, COST_BASED);
        for (int number = 1; number <= TENANTS; number++) {
            String tenant = tenants.get(number - 1);
            api.put("/v1/tenants/" + tenant, Map.of("weight", number));
            api.ofTenant(tenant).put(BUDGET, Map.of("period", "P1D", "cost_usd", 1_000_000, "tokens", 1_000_000_000L));
        }
        api.put(LIMIT, Map.of("by", "task_type", "max_in_flight", 1_000_000));
    }

    private void release() throws InterruptedException {
        target.tasks().set(STRATEGY, "LEAST_LOADED");
        for (String flag : FLAGS) {
            flag(flag, false);
        }
        if (isOn) {
            for (String tenant : tenants) {
                api.put("/v1/tenants/" + tenant, Map.of());
                api.ofTenant(tenant).delete(BUDGET, Map.of());
            }
            api.delete(LIMIT, Map.of());
            isOn = false;
        }
    }

    private void flag(String name, boolean enabled) throws InterruptedException {
        api.put("/v1/feature-flags/" + name, Map.of("enabled", enabled));
    }

    private synchronized void restore() throws InterruptedException {
        if (isRestored) {
            return;
        }
        release();
        if (strategyBefore.equals(COST_BASED)) {
            flag("cost_based_scheduling", true); // which it needs to be set
        }
        target.tasks().set(STRATEGY, strategyBefore);
        for (Map.Entry<String, Boolean> flag : flagsBefore.entrySet()) {
            flag(flag.getKey(), flag.getValue());
        }
        isRestored = true;
    }

    @Override
    public void close() {
        putBack();
        atExit.close();
    }

    private void putBack() {
        try {
            restore();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
