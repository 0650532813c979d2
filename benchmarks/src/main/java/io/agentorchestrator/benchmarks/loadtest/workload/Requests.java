package io.agentorchestrator.benchmarks.loadtest.workload;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A source of requests, one at a time. Called by one thread. */
public interface Requests {
    /** The next request. */
    Request next();

    /** Tasks of a mix, each submitted by itself, drawn from this seed. */
    static Requests singly(Mix mix, long seed) {
        TaskJson json = new TaskJson(mix, seed);
        SplittableRandom random = new SplittableRandom(seed);
        return () -> Request.single(json.task("", mix.draw(random)));
    }

    /**
     * Tasks of a mix, each submitted by itself, of tenants in turns, drawn from this seed; every fourth has a budget of its own, which suffices, and
     * every fourth a deadline.
     */
    static Requests ofTenants(Mix mix, long seed, List<String> tenants, Instant deadline) {
        TaskJson json = new TaskJson(mix, seed);
        SplittableRandom random = new SplittableRandom(seed);
        AtomicLong count = new AtomicLong();
        return () -> {
            long number = count.getAndIncrement();
            String more = switch ((int) (number % 4)) {
                case 0 -> "\"cost_budget\":1000,";
                case 2 -> "\"deadline\":\"" + deadline + "\",";
                default -> "";
            };
            // By rows, so that each tenant has tasks of every kind.
            String tenant = tenants.get((int) (number / 4 % tenants.size()));
            return Request.single(json.task(more, mix.draw(random))).ofTenant(tenant);
        };
    }

    /** Tasks of a mix, submitted in batches, drawn from this seed. */
    static Requests inBatches(Mix mix, int size, long seed) {
        TaskJson json = new TaskJson(mix, seed);
        SplittableRandom random = new SplittableRandom(seed);
        return () -> Request.batch(Stream.generate(() -> json.task("", mix.draw(random)))
                .limit(size)
                .toList());
    }
}
