package io.agentorchestrator.benchmarks.loadtest.workload;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Tasks of a mix, submitted in batches. */
public final class BatchRequests implements Requests {
    static final String PATH = "/v1/tasks/batch";

    private final Mix mix;
    private final TaskJson json;
    private final int size;
    private final SplittableRandom random;

    /** Batches drawn from this seed. */
    public BatchRequests(Mix mix, int size, long seed) {
        this.mix = mix;
        this.json = new TaskJson(mix, seed);
        this.size = size;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public Request next() {
        StringBuilder body = new StringBuilder(size * json.chars()).append("{\"tasks\":[");
        for (int i = 0; i < size; i++) {
            body.append(i == 0 ? "{" : ",{");
            json.append(body, mix.draw(random));
            body.append('}');
        }
        return new Request(PATH, body.append("]}").toString().getBytes(StandardCharsets.ISO_8859_1), size);
    }
}
