package io.agentorchestrator.benchmarks.loadtest.workload;

import io.agentorchestrator.benchmarks.loadtest.workload.Mix.Draw;
import io.agentorchestrator.benchmarks.loadtest.workload.Mix.Trouble;
import java.util.Locale;

/** Writes tasks as JSON, from parts made ahead: no tree is built for a request. All of it is ASCII. */
final class TaskJson {
    private static final String MEMBER = "\"padding\":\"";
    /** With trouble, an attempt that hangs is given up after this, and there are attempts enough for all to complete. */
    private static final String PATIENCE = ",\"timeout\":\"PT5S\",\"retry\":{\"max_attempts\":6,"
            + "\"initial_interval\":\"PT0.2S\",\"max_interval\":\"PT5S\"}";

    private final String payloadStart;
    private final String padding;
    private final String patience;

    TaskJson(Mix mix, long seed) {
        String result = mix.resultBytes() > 0 ? "\"result_bytes\":" + mix.resultBytes() + "," : "";
        Trouble trouble = mix.trouble();
        String troubles = trouble.share() > 0
                ? String.format(
                        Locale.ROOT,
                        "\"seed\":%d,\"fail_probability\":%.5f,\"hang_probability\":%.5f,\"slow_tail_probability\":%.5f,"
                                + "\"garbage_probability\":%.5f,\"crash_probability\":%.5f,",
                        seed,
                        trouble.fail(),
                        trouble.hang(),
                        trouble.slow(),
                        trouble.garbage(),
                        trouble.crash())
                : "";
        payloadStart = "{" + result + troubles + "\"sleep_ms\":";
        patience = troubles.isEmpty() ? "" : PATIENCE;
        int fixed = payloadStart.length() + 1 + MEMBER.length() + 2;
        padding = "x".repeat(Math.max(0, mix.payloadBytes() - fixed));
    }

    /**
     * A task.
     *
     * @param more members that stand before the others; empty, or with a comma behind the last
     */
    String task(String more, Draw draw) {
        String sleep = Long.toString(draw.sleepMillis());
        return "{" + more + "\"task_type\":\"" + draw.typeName() + "\",\"priority\":\"" + draw.priorityName()
                + "\",\"payload\":" + payloadStart + sleep + "," + MEMBER
                + padding.substring(0, Math.max(0, padding.length() - sleep.length())) + "\"}" + patience + "}";
    }
}
