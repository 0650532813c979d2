package io.agentorchestrator.benchmarks.loadtest.workload;

import java.util.SplittableRandom;
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

    /** Tasks of a mix, submitted in batches, drawn from this seed. */
    static Requests inBatches(Mix mix, int size, long seed) {
        TaskJson json = new TaskJson(mix, seed);
        SplittableRandom random = new SplittableRandom(seed);
        return () -> Request.batch(Stream.generate(() -> json.task("", mix.draw(random)))
                .limit(size)
                .toList());
    }
}
