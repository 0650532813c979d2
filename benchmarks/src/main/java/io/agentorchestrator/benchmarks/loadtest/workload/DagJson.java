package io.agentorchestrator.benchmarks.loadtest.workload;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Writes DAGs of levels: each task below the first depends on one to three of the level above it. */
public final class DagJson {
    private static final int MAX_PARENTS = 3;

    private final Mix mix;
    private final TaskJson json;
    private final SplittableRandom random;

    /** DAGs of tasks drawn from this seed. */
    public DagJson(Mix mix, long seed) {
        this.mix = mix;
        this.json = new TaskJson(mix, seed);
        this.random = new SplittableRandom(seed);
    }

    /**
     * A DAG.
     *
     * @param levels how many tasks each has
     */
    public Request dag(String name, int... levels) {
        return Levels.dag(name, levels, this::parents, members -> json.task(members, mix.draw(random)));
    }

    private String parents(int above, int sizeAbove) {
        if (sizeAbove == 0) {
            return "";
        }
        int parents = Math.min(sizeAbove, 1 + random.nextInt(MAX_PARENTS));
        int start = random.nextInt(sizeAbove);
        // Neighbours of a random place: distinct without a set.
        return Levels.dependsOn(IntStream.range(start, start + parents).map(nth -> above + nth % sizeAbove));
    }
}
