package io.agentorchestrator.benchmarks.loadtest.workload;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Tasks of a mix, each submitted by itself. */
public final class SingleTasks implements Requests {
    static final String PATH = "/v1/tasks";

    private final Mix mix;
    private final TaskJson json;
    private final SplittableRandom random;

    /** Tasks drawn from this seed. */
    public SingleTasks(Mix mix, long seed) {
        this.mix = mix;
        this.json = new TaskJson(mix, seed);
        this.random = new SplittableRandom(seed);
    }

    @Override
    public Request next() {
        StringBuilder body = new StringBuilder(json.chars()).append('{');
        json.append(body, mix.draw(random));
        return new Request(PATH, body.append('}').toString().getBytes(StandardCharsets.ISO_8859_1), 1);
    }
}
