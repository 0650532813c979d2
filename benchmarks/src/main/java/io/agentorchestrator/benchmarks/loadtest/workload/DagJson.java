package io.agentorchestrator.benchmarks.loadtest.workload;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Writes DAGs of levels: each task below the first depends on one to three of the level above it. */
public final class DagJson {
    private static final int MAX_PARENTS = 3;

    private final Mix mix;
    private final TaskJson json;
    private final SplittableRandom random;

    /** DAGs of tasks drawn from this seed. */
    public DagJson(Mix mix, long seed) {
        this.mix = mix;
        this.json = new TaskJson(mix, seed);
        this.random = new SplittableRandom(seed);
    }

    /**
     * A DAG.
     *
     * @param levels how many tasks each has
     */
    public Request dag(String name, int... levels) {
        StringBuilder body = new StringBuilder("{\"name\":\"").append(name).append("\",\"tasks\":[");
        int count = 0;
        int above = 0;
        int sizeAbove = 0;
        for (int size : levels) {
            int first = count;
            for (int i = 0; i < size; i++) {
                body.append(count == 0 ? "{" : ",{");
                body.append("\"key\":\"t").append(count).append("\",");
                dependOn(body, above, sizeAbove);
                json.append(body, mix.draw(random));
                body.append('}');
                count++;
            }
            above = first;
            sizeAbove = size;
        }
        return new Request("/v1/dags", body.append("]}").toString().getBytes(StandardCharsets.ISO_8859_1), count);
    }

    private void dependOn(StringBuilder body, int above, int sizeAbove) {
        if (sizeAbove == 0) {
            return;
        }
        int parents = Math.min(sizeAbove, 1 + random.nextInt(MAX_PARENTS));
        int start = random.nextInt(sizeAbove);
        body.append("\"depends_on\":[");
        for (int i = 0; i < parents; i++) {
            // Neighbours of a random place: distinct without a set.
            body.append(i == 0 ? "\"t" : ",\"t")
                    .append(above + (start + i) % sizeAbove)
                    .append('"');
        }
        body.append("],");
    }
}
