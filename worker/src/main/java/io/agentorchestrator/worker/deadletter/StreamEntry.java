package io.agentorchestrator.worker.deadletter;

import io.agentorchestrator.store.deadletter.DeadLetter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The fields of an entry of the stream, by the names of the published contract. */
final class StreamEntry {
    private StreamEntry() {}

    /** Fields in the order in which they are shown; what is absent is empty. */
    static Map<String, String> fields(DeadLetter letter) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("task_id", letter.taskId().toString());
        fields.put("dag_id", Objects.toString(letter.dagId(), ""));
        fields.put("task_type", letter.taskType());
        fields.put("priority", letter.priority().name());
        fields.put("error_code", letter.errorCode());
        fields.put("error_message", letter.errorMessage());
        fields.put("attempts", Integer.toString(letter.attempts()));
        fields.put("failed_at", letter.failedAt().toString());
        fields.put("payload", Objects.requireNonNull(letter.payload()));
        fields.put("tenant", letter.tenant());
        fields.put("key", Objects.toString(letter.key(), ""));
        return fields;
    }
}
