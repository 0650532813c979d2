package io.agentorchestrator.benchmarks.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcStatTest {
    private static final String LINE =
            "42 (a (b) c) S 7 42 42 0 -1 4194304 100 200 0 0 250 50 30 20 20 0 1 0 9999 1000 100 18446744073709551615";

    private final Map<Long, ProcStat> processes = new HashMap<>();
    private final List<CpuMeter.Root> roots = new ArrayList<>();
    private final CpuMeter meter = new CpuMeter(() -> List.copyOf(roots), () -> Map.copyOf(processes));

    @Test
    void readsTimesBehindACommandWithParentheses() {
        assertThat(ProcStat.parse(LINE)).contains(new ProcStat(42, 7, 9999, 300, 50));
    }

    @Test
    void takesNothingElseForALine() {
        assertThat(ProcStat.parse("")).isEmpty();
        assertThat(ProcStat.parse("42 (x) S 7")).isEmpty();
        assertThat(ProcStat.parse("x (x) S 7 42 42 0 -1 4194304 100 200 0 0 2 5 3 2 20 0 1 0 9 1"))
                .isEmpty();
    }

    @Test
    void sumsATreeWithWhatItsEndedChildrenUsed() {
        put(1, 0, 10, 5);
        put(2, 1, 20, 0);
        put(3, 2, 30, 0);
        put(4, 9, 1_000, 0);

        assertThat(ProcStat.treeTicks(1, processes)).isEqualTo(65);
    }

    @Test
    void countsWhatWasUsedBetweenTheSamplesOnly() {
        put(1, 0, 500, 0);
        roots.add(new CpuMeter.Root("api", 1, true));
        meter.begin();
        put(1, 0, 600, 0);
        put(2, 1, 50, 0);
        meter.sample();

        assertThat(meter.ticks("api")).isEqualTo(150);
    }

    @Test
    void addsUpAProcessAndTheOneThatReplacedIt() {
        put(1, 0, 500, 0);
        roots.add(new CpuMeter.Root("api", 1, true));
        meter.begin();
        put(1, 0, 600, 0);
        meter.sample();
        processes.remove(1L);
        put(8, 0, 70, 0);
        roots.set(0, new CpuMeter.Root("api", 8, true));
        meter.sample();

        assertThat(meter.ticks("api")).isEqualTo(170);
    }

    @Test
    void tellsNothingWhereThereIsNothingToRead() {
        roots.add(new CpuMeter.Root("api", 1, true));
        meter.begin();
        meter.sample();

        assertThat(meter.cores()).isEmpty();
    }

    private void put(long pid, long parent, long own, long reaped) {
        processes.put(pid, new ProcStat(pid, parent, pid, own, reaped));
    }
}
