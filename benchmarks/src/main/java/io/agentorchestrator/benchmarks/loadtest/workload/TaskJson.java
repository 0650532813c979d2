package io.agentorchestrator.benchmarks.loadtest.workload;

import io.agentorchestrator.benchmarks.loadtest.workload.Mix.Draw;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix.Trouble;
import java.util.Locale;

/** Writes tasks as JSON, from parts made ahead: no tree is built for a request. All of it is ASCII. */
final class TaskJson {
    private static final String MEMBER = "\"padding\":\"";
    private static final int MAX_SLEEP_DIGITS = 8;

    /** With trouble, an attempt that hangs is given up after this, and there are attempts enough for all to complete. */
    private static final String PATIENCE = ",\"timeout\":\"PT5S\",\"retry\":{\"max_attempts\":6,"
            + "\"initial_interval\":\"PT0.2S\",\"max_interval\":\"PT5S\"}";

    private final String payloadStart;
    private final String padding;
    private final String patience;

    TaskJson(Mix mix, long seed) {
        StringBuilder start = new StringBuilder("{");
        if (mix.resultBytes() > 0) {
            start.append("\"result_bytes\":").append(mix.resultBytes()).append(',');
        }
        Trouble trouble = mix.trouble();
        if (trouble.share() > 0) {
            start.append(String.format(
                    Locale.ROOT,
                    "\"seed\":%d,\"fail_probability\":%.5f,\"hang_probability\":%.5f,\"slow_tail_probability\":%.5f,"
                            + "\"garbage_probability\":%.5f,\"crash_probability\":%.5f,",
                    seed,
                    trouble.fail(),
                    trouble.hang(),
                    trouble.slow(),
                    trouble.garbage(),
                    trouble.crash()));
        }
        payloadStart = start.append("\"sleep_ms\":").toString();
        patience = trouble.share() > 0 ? PATIENCE : "";
        int fixed = payloadStart.length() + 1 + MEMBER.length() + 2;
        padding = "x".repeat(Math.max(0, mix.payloadBytes() - fixed));
    }

    /** Appends a task's members without the braces around them. */
    void append(StringBuilder into, Draw draw) {
        String sleep = Long.toString(draw.sleepMillis());
        assert sleep.length() <= MAX_SLEEP_DIGITS;
        into.append("\"task_type\":\"")
                .append(draw.typeName())
                .append("\",\"priority\":\"")
                .append(draw.priorityName())
                .append("\",\"payload\":")
                .append(payloadStart)
                .append(sleep)
                .append(',')
                .append(MEMBER)
                .append(padding, 0, Math.max(0, padding.length() - sleep.length()))
                .append("\"}")
                .append(patience);
    }

    /** Room for a task. */
    int chars() {
        return payloadStart.length() + padding.length() + patience.length() + 160;
    }
}
