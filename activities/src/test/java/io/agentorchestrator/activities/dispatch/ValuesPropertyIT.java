package io.agentorchestrator.activities.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.testkit.RandomJson;
import io.agentorchestrator.store.testkit.Submissions.Node;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Random values go through templates, the agent's protocol and the store, and come out as they went in. */
class ValuesPropertyIT {
    private static final int VALUES = 60;

    private final BatchFixture fixture = new BatchFixture();
    private final BatchFixture.Worker worker = fixture.worker("worker-1");

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void inputsAndResultsArriveAsTheyWereSent() {
        long seed = System.nanoTime();
        RandomJson json = new RandomJson(new Random(seed));
        List<String> results = IntStream.range(0, VALUES)
                .mapToObj(i -> i == 0 ? nested(60) : json.value(5))
                .toList();
        List<String> inputs =
                IntStream.range(0, VALUES).mapToObj(i -> json.value(5)).toList();
        // The first half gives its payload's value as its result; the second gives all that it got.
        fixture.agent("one", 2 * VALUES).onStart((start, out) -> {
            String payload = start.getPayload().toStringUtf8();
            out.onNext(ScriptedAgent.result(
                    start, payload.startsWith("{\"v\":") ? payload.substring(5, payload.length() - 1) : payload));
        });
        RunKey run = fixture.dag("{" + named("i", inputs) + "}", nodes(results));

        worker.dispatch(run, IntStream.range(0, VALUES).boxed().toArray(Integer[]::new));
        worker.dispatch(run, IntStream.range(VALUES, 2 * VALUES).boxed().toArray(Integer[]::new));

        for (int i = 0; i < VALUES; i++) {
            assertThat(result("a" + i)).as("seed %d, value %d", seed, i).isEqualTo(results.get(i));
            assertThat(result("b" + i))
                    .as("seed %d, value %d", seed, i)
                    .isEqualTo("{\"result\":%s,\"nested\":[{\"input\":%s}],\"literal\":\"${inputs.i}\"}"
                            .formatted(results.get(i), inputs.get(i)));
        }
    }

    @Test
    void aNumberInsideTextKeepsItsSpelling() {
        fixture.agent("one", 4).onStart((start, out) -> {
            String payload = start.getPayload().toStringUtf8();
            out.onNext(ScriptedAgent.result(start, payload.equals("{}") ? "{\"n\":12345678.90}" : payload));
        });
        RunKey run = fixture.dag(
                "{\"n\":1e400}",
                Node.of("a"),
                new Node("b", "t", "{\"text\":\"EUR ${tasks.a.result.n}, ${inputs.n}\"}", "a"));

        worker.dispatch(run, 0);
        worker.dispatch(run, 1);

        assertThat(result("b")).isEqualTo("{\"text\":\"EUR 12345678.90, 1e400\"}");
    }

    private static Node[] nodes(List<String> results) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            nodes.add(new Node("a" + i, "t", "{\"v\":" + results.get(i) + "}"));
        }
        for (int i = 0; i < VALUES; i++) {
            nodes.add(new Node(
                    "b" + i,
                    "t",
                    "{\"result\":\"${tasks.a%d.result}\",\"nested\":[{\"input\":\"${inputs.i%d}\"}],\"literal\":\"$${inputs.i}\"}"
                            .formatted(i, i),
                    "a" + i));
        }
        return nodes.toArray(Node[]::new);
    }

    private static String named(String prefix, List<String> values) {
        return String.join(
                ",",
                IntStream.range(0, values.size())
                        .mapToObj(i -> "\"" + prefix + i + "\":" + values.get(i))
                        .toList());
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "3.10" + "]".repeat(levels);
    }

    private String result(String key) {
        return fixture.database
                .client()
                .sql("select a.result::text from task t join task_attempt a on a.task_id = t.task_id where t.key = ?")
                .param(key)
                .query(String.class)
                .single();
    }
}
