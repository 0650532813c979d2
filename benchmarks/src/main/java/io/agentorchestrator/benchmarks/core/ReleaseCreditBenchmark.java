package io.agentorchestrator.benchmarks.core;

import io.agentorchestrator.workflows.release.Fleet;
import io.agentorchestrator.workflows.release.ReleaseCredit;
import io.agentorchestrator.workflows.release.TaskClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * Measures what one pass of release asks of credit, with 50 types: 50 classes of agents of 100 slots, each of which serves
 * three types, so that all of them compete in one ring. Half of the credit is spoken for.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReleaseCreditBenchmark extends MicroBenchmark {
    private static final int TYPES = 50;
    private static final int TYPES_PER_AGENT = 3;
    private static final int SLOTS = 100;
    private static final int FACTOR = 2;
    private static final int CLAIM = 500;

    private final List<String> types =
            IntStream.range(0, TYPES).mapToObj(nth -> "type-" + nth).toList();
    private final Fleet fleet = Fleet.of(IntStream.range(0, TYPES)
            .mapToObj(first -> new Fleet.AgentClass(typesFrom(first), SLOTS))
            .toList());
    private final Map<TaskClass, Integer> outstanding =
            types.stream().collect(Collectors.toMap(TaskClass::of, type -> SLOTS));
    private final ReleaseCredit halfTaken = credit();

    /** Sums up fleet and outstanding tasks. */
    @Benchmark
    public ReleaseCredit credit() {
        return new ReleaseCredit(fleet, outstanding, agents -> FACTOR * agents.slots());
    }

    /** Asks for each type how many could leave the backlog. */
    @Benchmark
    public int roomByType() {
        return types.stream()
                .mapToInt(type -> halfTaken.room(TaskClass.of(type), CLAIM))
                .sum();
    }

    /** Sums up, then takes credit for tasks of the types in turn until there is none: 5,000. */
    @Benchmark
    public int takeAll() {
        ReleaseCredit credit = credit();
        int taken = 0;
        while (credit.tryTake(TaskClass.of(types.get(taken % TYPES)))) {
            taken++;
        }
        return taken;
    }

    /** Sums up, then takes credit for 500 tasks of one type: its neighbours make way around the ring. */
    @Benchmark
    public int takeForOneType() {
        ReleaseCredit credit = credit();
        int taken = 0;
        while (taken < CLAIM && credit.tryTake(TaskClass.of(types.getFirst()))) {
            taken++;
        }
        return taken;
    }

    private Set<String> typesFrom(int first) {
        return IntStream.range(first, first + TYPES_PER_AGENT)
                .mapToObj(nth -> types.get(nth % TYPES))
                .collect(Collectors.toSet());
    }
}
