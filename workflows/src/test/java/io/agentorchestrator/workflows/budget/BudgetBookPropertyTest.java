package io.agentorchestrator.workflows.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BudgetBookPropertyTest {
    private static final int SEEDS = 2_000;
    private static final List<OnBudgetExceeded> CHOICES =
            List.of(OnBudgetExceeded.FAIL, OnBudgetExceeded.PAUSE, OnBudgetExceeded.CHEAPER);
    private static final List<String> KEYS = List.of("dag", "P1");

    /** Tasks come, run, end and die at random; what is known of their cost is right, wrong, or nothing. */
    @Test
    void spentAndReservedExceedABudgetByWhatRunningAttemptsTellBeyondTheirReservationsOnly() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            long limit = random.nextLong(0, 100_000);
            Amount spent = Amount.NONE;
            long beyond = 0;
            List<Amount> running = new ArrayList<>();
            Estimate estimate = null;
            for (int step = 0; step < 200; step++) {
                Amount reserved = running.stream().reduce(Amount.NONE, Amount::plus);
                BudgetBook book = new BudgetBook(List.of(
                        account("dag", limit, spent, reserved, CHOICES.get(random.nextInt(3))),
                        account("P1", 2 * limit, spent, reserved, null)));
                if (random.nextBoolean()) {
                    for (int task = random.nextInt(5); task > 0; task--) {
                        if (book.decide(KEYS, Map.of(), estimate) instanceof BudgetDecision.Admitted admitted) {
                            book.reserve(KEYS, admitted.reservation(), estimate != null);
                            running.add(admitted.reservation());
                        }
                    }
                } else if (!running.isEmpty()) {
                    Amount mine = running.remove(random.nextInt(running.size()));
                    // Some cost what was set apart, some die early, and some tell of more by their one and last report.
                    long cost = random.nextInt(4) == 0
                            ? mine.costMicroUsd() + random.nextLong(0, 500)
                            : random.nextLong(0, mine.costMicroUsd() + 1);
                    beyond += Math.max(0, cost - mine.costMicroUsd());
                    spent = spent.plus(new Amount(cost, 0));
                    if (random.nextBoolean()) {
                        estimate = new Estimate(new Amount(cost, 0), random.nextDouble());
                    }
                }
                long used = spent.costMicroUsd()
                        + running.stream().mapToLong(Amount::costMicroUsd).sum();
                assertThat(used).as("seed %d, step %d", seed, step).isLessThanOrEqualTo(limit + beyond);
            }
        }
    }

    @Test
    void decidesAsTheSubmitterChose() {
        Estimate ten = new Estimate(new Amount(10, 0), 2.0);
        assertThat(decide(account("dag", 100, spent(95), Amount.NONE, OnBudgetExceeded.FAIL), ten))
                .isEqualTo(
                        new BudgetDecision.Failed(
                                "dag",
                                "the budget does not suffice: 0.000095 of 0.0001 USD are spent, and a task of its type takes about 0.00001 USD"));
        assertThat(decide(account("dag", 100, spent(95), Amount.NONE, OnBudgetExceeded.PAUSE), ten))
                .isEqualTo(new BudgetDecision.Paused("dag"));
        assertThat(decide(account("dag", 100, spent(95), Amount.NONE, OnBudgetExceeded.CHEAPER), ten))
                .as("half of the cost is left: agents of half the cost factor")
                .isEqualTo(new BudgetDecision.Admitted(spent(5), 5L, null, new BudgetDecision.Cheaper(1.0, "dag")));
        assertThat(decide(account("P1", 100, spent(95), Amount.NONE, null), ten))
                .isEqualTo(new BudgetDecision.Waits("P1"));
        assertThat(decide(account("dag", 100, spent(80), spent(11), OnBudgetExceeded.FAIL), ten))
                .as("enough once what is set apart is settled")
                .isEqualTo(new BudgetDecision.Waits("dag"));
        assertThat(decide(account("dag", 0, Amount.NONE, Amount.NONE, OnBudgetExceeded.FAIL), null))
                .as("an empty budget lets pass only what is known to be free")
                .isInstanceOf(BudgetDecision.Failed.class);
        assertThat(decide(
                        account("dag", 0, Amount.NONE, Amount.NONE, OnBudgetExceeded.FAIL),
                        new Estimate(Amount.NONE, 0)))
                .isEqualTo(new BudgetDecision.Admitted(Amount.NONE, 0L, null, null));
    }

    @Test
    void triesOneTaskOfADagAndTenOfAPeriodUntilACostIsKnown() {
        BudgetAccount dag = account("dag", 1_000, Amount.NONE, Amount.NONE, OnBudgetExceeded.FAIL);
        BudgetAccount period = account("P1", 1_000, Amount.NONE, Amount.NONE, null);

        assertThat(admitted(dag, null)).isOne();
        assertThat(BudgetBook.room(dag, null, factor -> 0, 100)).isOne();
        assertThat(admitted(period, null)).isEqualTo(BudgetBook.UNKNOWN_PART);
        assertThat(BudgetBook.room(period, null, factor -> 0, 100)).isEqualTo(BudgetBook.UNKNOWN_PART);

        BudgetAccount tried = dag.reserving(spent(100), false);
        assertThat(decide(tried, null)).isEqualTo(new BudgetDecision.Waits("dag"));
        assertThat(BudgetBook.room(tried, null, factor -> 0, 100)).isZero();
        assertThat(admitted(tried, new Estimate(spent(100), 0)))
                .as("of a known type")
                .isEqualTo(9);
    }

    /** Counts the tasks that may go one after the other. */
    private static int admitted(BudgetAccount account, @Nullable Estimate estimate) {
        BudgetBook book = new BudgetBook(List.of(account));
        int admitted = 0;
        while (book.decide(KEYS, Map.of(), estimate)
                instanceof BudgetDecision.Admitted(Amount mine, Long _, Long _, BudgetDecision.Cheaper _)) {
            book.reserve(KEYS, mine, estimate != null);
            admitted++;
        }
        return admitted;
    }

    @Test
    void whatTakesNothingAlwaysFits() {
        Estimate free = new Estimate(Amount.NONE, 0);
        for (BudgetAccount account : List.of(
                account("dag", 100, spent(101), Amount.NONE, OnBudgetExceeded.FAIL),
                account("P1", 100, spent(60), spent(50), null))) {
            assertThat(decide(account, free)).isInstanceOf(BudgetDecision.Admitted.class);
            assertThat(BudgetBook.room(account, free, factor -> 0, 100)).isEqualTo(100);
        }
        BudgetAccount tokens = new BudgetAccount("P1", 100L, 100L, spent(101), Amount.NONE, false, null);
        assertThat(decide(tokens, new Estimate(new Amount(0, 10), 0)))
                .as("money is short, and none is needed")
                .isInstanceOf(BudgetDecision.Admitted.class);
        assertThat(decide(tokens, new Estimate(new Amount(1, 0), 0))).isEqualTo(new BudgetDecision.Waits("P1"));
    }

    @Test
    void aTaskThatTakesMoreThanAPeriodHasGoesWhenNothingElseCounts() {
        Estimate dear = new Estimate(new Amount(120, 0), 1);
        BudgetAccount unused = account("P1", 100, Amount.NONE, Amount.NONE, null);
        assertThat(decide(unused, dear)).isEqualTo(new BudgetDecision.Admitted(spent(100), null, null, null));
        assertThat(BudgetBook.room(unused, dear, factor -> 0, 100)).isOne();
        for (BudgetAccount account : List.of(
                account("P1", 100, spent(1), Amount.NONE, null),
                account("P1", 100, Amount.NONE, spent(1), null),
                account("P1", 0, Amount.NONE, Amount.NONE, null))) {
            assertThat(decide(account, dear)).isEqualTo(new BudgetDecision.Waits("P1"));
            assertThat(BudgetBook.room(account, dear, factor -> 0, 100)).isZero();
        }
    }

    @Test
    void hasRoomForCheaperAgentsOnlyWhereThereAreSome() {
        BudgetAccount half = account("dag", 100, spent(95), Amount.NONE, OnBudgetExceeded.CHEAPER);
        Estimate ten = new Estimate(new Amount(10, 0), 2.0);
        assertThat(BudgetBook.room(half, ten, factor -> 0, 100)).isZero();
        assertThat(BudgetBook.room(half, ten, factor -> factor >= 1.1 ? 3 : 0, 100))
                .isZero();
        assertThat(BudgetBook.room(half, ten, factor -> factor >= 1.0 ? 3 : 0, 100))
                .isEqualTo(3);
    }

    private static BudgetDecision decide(BudgetAccount account, @Nullable Estimate estimate) {
        return new BudgetBook(List.of(account)).decide(KEYS, Map.of(), estimate);
    }

    private static Amount spent(long cost) {
        return new Amount(cost, 0);
    }

    private static BudgetAccount account(
            String key, long limit, Amount spent, Amount reserved, @Nullable OnBudgetExceeded onExceeded) {
        return new BudgetAccount(key, limit, null, spent, reserved, false, onExceeded);
    }
}
