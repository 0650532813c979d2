package io.agentorchestrator.benchmarks.loadtest.workload;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Half of the tasks depend on others: of every twenty, ten are a DAG of three levels (four tasks free, six dependent), six are
 * single and free, and four are single and depend on one or two that were submitted a little earlier.
 */
public final class HalfDependent implements Requests {
    private static final int[] LEVELS = {4, 3, 3};
    /** The first is the DAG, the next four the dependent ones, the rest free. */
    private static final int CYCLE = 11;

    private static final int DEPENDENT = 4;
    private static final int MAX_PARENTS = 2;

    /** Tasks to depend on. */
    public interface Earlier {
        /** Some of the latest acknowledged tasks, distinct; fewer than asked for where there are no more. */
        List<UUID> pick(int most, SplittableRandom random);
    }

    private final Mix mix;
    private final TaskJson json;
    private final DagJson dags;
    private final Earlier earlier;
    private final SplittableRandom random;
    private long count;

    /** Tasks drawn from this seed. */
    public HalfDependent(Mix mix, long seed, Earlier earlier) {
        this.mix = mix;
        this.json = new TaskJson(mix, seed);
        this.dags = new DagJson(mix, seed + 1);
        this.earlier = earlier;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public Request next() {
        int place = (int) (count++ % CYCLE);
        if (place == 0) {
            return dags.dag("load-test", LEVELS);
        }
        String parents = place <= DEPENDENT ? dependencies(earlier.pick(1 + random.nextInt(MAX_PARENTS), random)) : "";
        return Request.single(json.task(parents, mix.draw(random)));
    }

    private static String dependencies(List<UUID> parents) {
        return parents.isEmpty()
                ? ""
                : parents.stream()
                        .map(UUID::toString)
                        .collect(Collectors.joining("\",\"", "\"dependencies\":[\"", "\"],"));
    }
}
