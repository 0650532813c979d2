package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.RealStack;
import io.agentorchestrator.cli.RedisConnection;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The open dead letters, as the API lists them and as the stream holds them.
 *
 * @param listed task ids, one for each entry
 * @param streamed likewise
 */
record DeadLetters(List<String> listed, List<String> streamed) {
    private static final String STREAM = "task_dead_letter_queue";

    static DeadLetters read(RealStack stack) throws Exception {
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = stack.get("/v1/dead-letters?limit=1000" + cursor);
            page.path("dead_letters")
                    .valueStream()
                    .forEach(entry -> listed.add(entry.path("task_id").stringValue()));
            cursor = page.has("next_cursor")
                    ? "&cursor=" + page.path("next_cursor").stringValue()
                    : "";
        } while (!cursor.isEmpty());
        try (RedisConnection redis = stack.redis()) {
            return new DeadLetters(
                    listed,
                    redis.stream(STREAM).values().stream()
                            .map(fields -> fields.getOrDefault("task_id", "none"))
                            .toList());
        }
    }
}
