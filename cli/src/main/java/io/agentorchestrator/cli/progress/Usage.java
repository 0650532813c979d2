package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The cost and the tokens that a task or a run has used up, as the API shows them. */
public record Usage(BigDecimal costUsd, BigInteger inputTokens, BigInteger outputTokens) {
    /** Reads a {@code usage}; nothing was used where there is none. */
    static Usage of(Answers.@Nullable Usage usage) {
        return usage == null
                ? new Usage(BigDecimal.ZERO, BigInteger.ZERO, BigInteger.ZERO)
                : new Usage(usage.costUsd(), usage.inputTokens(), usage.outputTokens());
    }

    /** Such as {@code 0.25 USD, 1,200 tokens in, 300 out}; empty where nothing was used. */
    String words() {
        List<String> used = new ArrayList<>();
        if (costUsd.signum() != 0) {
            used.add(costUsd.toPlainString() + " USD");
        }
        if (inputTokens.signum() != 0 || outputTokens.signum() != 0) {
            used.add(String.format(Locale.ROOT, "%,d tokens in, %,d out", inputTokens, outputTokens));
        }
        return String.join(", ", used);
    }
}
