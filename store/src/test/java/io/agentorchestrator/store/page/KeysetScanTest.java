package io.agentorchestrator.store.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.page.KeysetScan.StepResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeysetScanTest {
    private static final int ROWS = 1_000_000;

    private final List<Integer> steps = new ArrayList<>();
    private long nowNanos;
    /** About as quick as states are scanned. */
    private long nanosPerRow = 1_000;

    private final KeysetScan walk = new KeysetScan(Duration.ofMillis(100), () -> nowNanos);

    @Test
    void aPageThatIsFullGoesOnAfterItsLastItem() {
        assertThat(page(row -> true, null, 10))
                .isEqualTo(new Page<>(IntStream.range(0, 10).boxed().toList(), 9));
        assertThat(page(row -> true, 9, 2)).isEqualTo(new Page<>(List.of(10, 11), 11));
    }

    @Test
    void aPageThatFindsNothingInItsTimeGoesOnWhereItStoppedLooking() {
        Page<Integer, Integer> page = page(row -> row == ROWS - 1, null, 10);

        assertThat(page.items()).isEmpty();
        assertThat(page.next()).isNotNull();
        assertThat(steps).startsWith(1_000, 4_000, 16_000, 32_000);
        assertThat(nowNanos)
                .isBetween(
                        Duration.ofMillis(80).toNanos(), Duration.ofMillis(120).toNanos());
    }

    @Test
    void aStepTakesNoMoreRowsThanTheTimeThatIsLeftIsLikelyToDo() {
        nanosPerRow = Duration.ofMillis(10).toNanos() / 1_000;

        page(row -> false, null, 10);

        // 10 and 40 ms; 160 more would be too many, and 50 and 10 are left.
        assertThat(steps).containsExactly(1_000, 4_000, 4_000, 1_000);
    }

    @Test
    void aStepHasABoundHoweverQuickTheRowsAre() {
        nanosPerRow = 1;

        page(row -> false, null, 10);

        assertThat(steps).contains(KeysetScan.MAX_ROWS).allMatch(rows -> rows <= KeysetScan.MAX_ROWS);
    }

    @Test
    void anySlowStepIsTheLast() {
        nanosPerRow = Duration.ofSeconds(1).toNanos();

        assertThat(page(row -> false, null, 10).next()).isEqualTo(999);
    }

    @Test
    void pagesTogetherHaveAllThatPasses() {
        List<Integer> found = new ArrayList<>();
        Integer next = null;
        int pages = 0;
        do {
            Page<Integer, Integer> page = page(row -> row % 99_991 == 0, next, 3);
            found.addAll(page.items());
            next = page.next();
            pages++;
        } while (next != null);

        assertThat(found)
                .containsExactlyElementsOf(IntStream.range(0, ROWS)
                        .filter(row -> row % 99_991 == 0)
                        .boxed()
                        .toList());
        assertThat(pages).isLessThan(50);
    }

    @Test
    void theEndOfTheListHasNoCursor() {
        assertThat(page(row -> true, ROWS - 3, 10)).isEqualTo(new Page<>(List.of(ROWS - 2, ROWS - 1), null));
        assertThat(page(row -> true, ROWS - 3, 2)).isEqualTo(new Page<>(List.of(ROWS - 2, ROWS - 1), null));
    }

    private Page<Integer, Integer> page(IntPredicate passes, @Nullable Integer before, int limit) {
        return walk.page((after, items, rows) -> read(passes, after, items, rows), row -> row, before, limit);
    }

    private StepResult<Integer, Integer> read(IntPredicate passes, @Nullable Integer after, int items, int rows) {
        steps.add(rows);
        nowNanos += rows * nanosPerRow;
        List<Integer> found = new ArrayList<>();
        int from = after == null ? 0 : after + 1;
        for (int row = from; row < ROWS && row < from + rows; row++) {
            if (passes.test(row)) {
                found.add(row);
                if (found.size() == items) {
                    return new StepResult<>(found, null);
                }
            }
        }
        return new StepResult<>(found, from + rows <= ROWS ? from + rows - 1 : null);
    }
}
