package io.agentorchestrator.api.submission;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.workflows.budget.BudgetBook;
import io.agentorchestrator.workflows.model.OnBudgetExceeded;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a request sets for a budget.
 *
 * @param costMicroUsd millionths of a US dollar
 * @param tokens input and output together
 */
public record BudgetFields(
        @Nullable Long costMicroUsd,
        @Nullable Long tokens,
        @Nullable OnBudgetExceeded onExceeded) {
    public static final BudgetFields NONE = new BudgetFields(null, null, null);

    private static final int MICROS = 6;

    /** Reads the three fields of a task or a DAG. */
    public static BudgetFields read(Fields holder) {
        return new BudgetFields(
                microUsd(holder, "cost_budget"),
                tokens(holder, "token_budget"),
                holder.oneOf("on_budget_exceeded", OnBudgetExceeded.class));
    }

    /** Reads an amount of money in USD, in millionths; one that is not exact to them goes to the findings. */
    public static @Nullable Long microUsd(Fields holder, String name) {
        BigDecimal usd = holder.number(name);
        if (usd == null) {
            return null;
        }
        try {
            return usd.movePointRight(MICROS).longValueExact();
        } catch (ArithmeticException _) {
            if (usd.stripTrailingZeros().scale() > MICROS) {
                holder.add(
                        ProblemCode.OUT_OF_RANGE,
                        name,
                        "an amount in USD has at most 6 digits after the point; round it");
            }
            return null;
        }
    }

    /** Reads a number of tokens. */
    public static @Nullable Long tokens(Fields holder, String name) {
        BigDecimal tokens = holder.number(name);
        try {
            return tokens == null ? null : (Long) tokens.longValueExact();
        } catch (ArithmeticException _) {
            return null;
        }
    }

    /**
     * The problem of budgets that are less than what is spent of them.
     *
     * @param microUsd what is spent, where the cost budget is less; null: it is not
     * @param tokens so of tokens
     * @param wayOut what to do instead
     */
    public static ProblemException belowSpent(@Nullable Long microUsd, @Nullable Long tokens, String wayOut) {
        ValidationErrors findings = new ValidationErrors();
        if (microUsd != null) {
            findings.add(
                    ProblemCode.OUT_OF_RANGE,
                    "/cost_budget",
                    "%s USD are spent already: %s".formatted(BudgetBook.usd(microUsd), wayOut));
        }
        if (tokens != null) {
            findings.add(
                    ProblemCode.OUT_OF_RANGE,
                    "/token_budget",
                    "%d tokens are spent already: %s".formatted(tokens, wayOut));
        }
        return findings.problem();
    }

    BudgetFields over(BudgetFields defaults) {
        return new BudgetFields(
                costMicroUsd == null ? defaults.costMicroUsd : costMicroUsd,
                tokens == null ? defaults.tokens : tokens,
                onExceeded == null ? defaults.onExceeded : onExceeded);
    }

    BudgetTerms terms() {
        return new BudgetTerms(costMicroUsd, tokens, onExceeded == null ? OnBudgetExceeded.FAIL : onExceeded);
    }
}
