package io.agentorchestrator.workflows.budget;

import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides on tasks one after the other, and sets apart what they are expected to use.
 *
 * <p>A type of which nothing is known yet is taken for a tenth of the smallest budget that binds it, and for less where less is left: so ten tasks at most
 * run until a cost is known. Of a DAG, whose budget may be for a few tasks only, one at a time: ten that cost a fifth each would all be stopped halfway, or
 * cost twice what there is. A task whose estimate would exceed a budget even if nothing were set apart exceeds it; one for which only
 * reservations leave no room waits until they are settled. One whose estimate is more than the whole budget of a period goes when nothing of it is spent
 * or set apart, and has all of it set apart. The invariant: spent and reserved together exceed no limit by a decision. What is taken to use nothing always
 * fits. Not thread-safe.
 */
public final class BudgetBook {
    /** An unknown type is taken for this part of a budget. */
    public static final int UNKNOWN_PART = 10;

    private final Map<String, BudgetAccount> accounts = new HashMap<>();

    public BudgetBook(Collection<BudgetAccount> accounts) {
        accounts.forEach(account -> this.accounts.put(account.key(), account));
    }

    /**
     * Decides on a task; {@link #reserve} makes it so.
     *
     * @param keys of the accounts that it is charged to; those that the book does not have do not bind
     * @param parts by key: the share of an account that this task may use, with the key of that share; absent: all of it
     * @param estimate null: nothing is known of its type
     */
    public BudgetDecision decide(List<String> keys, Map<String, Part> parts, @Nullable Estimate estimate) {
        List<BudgetAccount> binding = keys.stream()
                .map(key -> {
                    BudgetAccount account = accounts.get(key);
                    Part part = parts.get(key);
                    return account == null || part == null ? account : account.limitedTo(part.share(), part.key());
                })
                .filter(Objects::nonNull)
                .toList();
        if (binding.isEmpty()) {
            return new BudgetDecision.Admitted(Amount.NONE, null, null, null);
        }
        Amount amount = estimate == null ? unknown(binding) : estimate.amount();
        List<BudgetAccount> exceeded = new ArrayList<>(
                binding.stream().filter(account -> !account.covers(amount)).toList());
        for (BudgetAccount account : exceeded) {
            if (account.onExceeded() == null && !account.letsAlone(amount)) {
                return new BudgetDecision.Waits(account.key());
            }
        }
        for (BudgetAccount account : exceeded) {
            if (account.onExceeded() == OnBudgetExceeded.FAIL) {
                return new BudgetDecision.Failed(account.key(), why(account, estimate));
            }
        }
        for (BudgetAccount account : exceeded) {
            if (account.onExceeded() == OnBudgetExceeded.PAUSE) {
                return new BudgetDecision.Paused(account.key());
            }
        }
        for (BudgetAccount account : binding) {
            boolean isTried = estimate == null && account.isBeingTried();
            if (!exceeded.contains(account) && (isTried || !account.hasRoomFor(amount))) {
                return new BudgetDecision.Waits(account.key());
            }
        }
        return exceeded.isEmpty()
                ? admitted(binding, amount, null)
                : admitted(binding, least(amount, exceeded), cheaper(exceeded, estimate));
    }

    /**
     * Sets apart what the decision says.
     *
     * @param isKnown whether there is an estimate of its type
     */
    public void reserve(List<String> keys, Amount reservation, boolean isKnown) {
        for (String key : keys) {
            accounts.computeIfPresent(key, (same, account) -> account.reserving(reservation, isKnown));
        }
    }

    /**
     * Counts the tasks of this estimate that are worth being decided on again.
     *
     * @param account with the limits that bind them
     * @param cheapSlots how many of them agents would take that cost no more than this factor, USD an hour
     * @param most how many at most
     */
    public static int room(
            BudgetAccount account, @Nullable Estimate estimate, DoubleToIntFunction cheapSlots, int most) {
        Amount amount = amount(account, estimate);
        if (!account.covers(amount)) {
            return switch (account.onExceeded()) {
                case null -> account.letsAlone(amount) ? Math.min(most, 1) : 0;
                case FAIL -> most;
                case PAUSE -> Math.min(most, 1);
                case CHEAPER -> Math.min(most, cheapSlots.applyAsInt(maxCostFactor(account, estimate)));
            };
        }
        boolean isUnknown = estimate == null && account.onExceeded() != null;
        if (!account.hasRoomFor(amount) || (isUnknown && account.isTried())) {
            return 0;
        }
        if (isUnknown) {
            return Math.min(most, 1);
        }
        long room = Math.min(
                times(account.freeMicroUsd(), amount.costMicroUsd()), times(account.freeTokens(), amount.tokens()));
        return Math.clamp(room, 0, most);
    }

    /** Tells whether a budget would suffice for a task of this estimate if nothing were set apart. */
    public static boolean covers(BudgetAccount account, @Nullable Estimate estimate) {
        return account.covers(amount(account, estimate));
    }

    private static Amount amount(BudgetAccount account, @Nullable Estimate estimate) {
        return estimate == null ? unknown(List.of(account)) : estimate.amount();
    }

    private static long times(@Nullable Long free, long each) {
        return free == null || each == 0 ? Long.MAX_VALUE : free / each;
    }

    private static BudgetDecision.Admitted admitted(
            List<BudgetAccount> binding, Amount reservation, BudgetDecision.@Nullable Cheaper cheaper) {
        Long money = null;
        Long tokens = null;
        for (BudgetAccount account : binding) {
            if (account.onExceeded() != null) {
                money = least(money, account.freeMicroUsd());
                tokens = least(tokens, account.freeTokens());
            }
        }
        return new BudgetDecision.Admitted(reservation, money, tokens, cheaper);
    }

    /** A part of the smallest budget, at most what is left of each; at least 1 of what is limited, so that an empty budget lets nothing pass. */
    private static Amount unknown(List<BudgetAccount> binding) {
        long money = Long.MAX_VALUE;
        long tokens = Long.MAX_VALUE;
        for (BudgetAccount account : binding) {
            money = Math.min(
                    money, part(account.costLimitMicroUsd(), account.spent().costMicroUsd()));
            tokens = Math.min(tokens, part(account.tokenLimit(), account.spent().tokens()));
        }
        return new Amount(money == Long.MAX_VALUE ? 0 : money, tokens == Long.MAX_VALUE ? 0 : tokens);
    }

    private static long part(@Nullable Long limit, long spent) {
        return limit == null ? Long.MAX_VALUE : Math.max(1, Math.min(limit / UNKNOWN_PART, limit - spent));
    }

    private static Amount least(Amount amount, List<BudgetAccount> exceeded) {
        long money = amount.costMicroUsd();
        long tokens = amount.tokens();
        for (BudgetAccount account : exceeded) {
            money = Math.min(money, Objects.requireNonNullElse(account.freeMicroUsd(), Long.MAX_VALUE));
            tokens = Math.min(tokens, Objects.requireNonNullElse(account.freeTokens(), Long.MAX_VALUE));
        }
        return new Amount(money, tokens);
    }

    private static @Nullable Long least(@Nullable Long one, @Nullable Long other) {
        return one == null ? other : other == null ? one : Long.valueOf(Math.min(one, other));
    }

    /** The budget that leaves the fewest agents to choose from, of those that let tasks go on at cheaper ones. */
    private static BudgetDecision.@Nullable Cheaper cheaper(List<BudgetAccount> exceeded, @Nullable Estimate estimate) {
        return exceeded.stream()
                .filter(account -> account.onExceeded() == OnBudgetExceeded.CHEAPER)
                .map(account -> new BudgetDecision.Cheaper(maxCostFactor(account, estimate), account.key()))
                .min(Comparator.comparingDouble(BudgetDecision.Cheaper::maxCostFactor))
                .orElse(null);
    }

    /**
     * The cost of an agent whose share of the estimate fits what is free, cost being in proportion to the cost factor; 0 where that is not known, or
     * tokens are what is short.
     */
    private static double maxCostFactor(BudgetAccount account, @Nullable Estimate estimate) {
        Long free = account.freeMicroUsd();
        Long freeTokens = account.freeTokens();
        if (estimate == null
                || (freeTokens != null && freeTokens < estimate.amount().tokens())) {
            return 0;
        }
        long cost = estimate.amount().costMicroUsd();
        return free == null || free >= cost ? estimate.costFactor() : estimate.costFactor() * free / cost;
    }

    private static String why(BudgetAccount account, @Nullable Estimate estimate) {
        Long limit = account.costLimitMicroUsd();
        long cost = estimate == null ? 1 : estimate.amount().costMicroUsd();
        boolean isMoney = limit != null && Amount.sum(account.spent().costMicroUsd(), cost) > limit;
        String spent = limit != null && isMoney
                ? "%s of %s USD are spent".formatted(usd(account.spent().costMicroUsd()), usd(limit))
                : "%,d of %,d tokens are spent".formatted(account.spent().tokens(), account.tokenLimit());
        String next = estimate == null
                ? "nothing is left"
                : isMoney
                        ? "a task of its type takes about %s USD".formatted(usd(cost))
                        : "a task of its type takes about %,d tokens"
                                .formatted(estimate.amount().tokens());
        return "the budget does not suffice: " + spent + ", and " + next;
    }

    /** An amount of money in USD, without trailing zeros. */
    public static String usd(long microUsd) {
        String text = String.format(Locale.ROOT, "%d.%06d", microUsd / 1_000_000, Math.abs(microUsd % 1_000_000));
        return text.replaceFirst("\\.?0+$", "");
    }

    /**
     * The share of an account that a task may use.
     *
     * @param key what tasks are held for that find no room in it
     */
    public record Part(double share, String key) {}
}
