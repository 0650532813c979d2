package io.agentorchestrator.api.openapi;

import io.agentorchestrator.workflows.model.RunStatus;
import io.agentorchestrator.workflows.model.TaskStatus;
import io.swagger.v3.oas.models.media.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes fields of answers that are not what their Java types say: JSON that is passed on as text, and statuses. */
final class AnswerFields {
    private static final List<String> ANY = List.of("object", "array", "string", "number", "boolean", "null");
    private static final List<String> OBJECT = List.of("object");

    /** Fields that hold JSON, and what it may be. */
    private static final Map<String, List<String>> JSON =
            Map.of("labels", OBJECT, "inputs", OBJECT, "payload", OBJECT, "result", ANY);

    /** Statuses that are stored, and that clients see as others. */
    private static final Set<String> UNPUBLISHED = Stream.concat(
                    Arrays.stream(TaskStatus.values())
                            .filter(status -> status.published() != status)
                            .map(Enum::name),
                    Arrays.stream(RunStatus.values())
                            .filter(status -> status.published() != status)
                            .map(Enum::name))
            .collect(Collectors.toUnmodifiableSet());

    private AnswerFields() {}

    /** Corrects the schema of an answer. */
    static void correct(Schema<?> schema) {
        if (schema.getProperties() == null) {
            return;
        }
        schema.getProperties().forEach((name, described) -> {
            Schema<?> property = described;
            List<String> types = JSON.get(name);
            if (types != null) {
                property.setType(null);
                property.setTypes(new LinkedHashSet<>(types));
                property.setAdditionalProperties(true);
            }
            if (name.equals("status") && property.getEnum() != null) {
                publish(property);
            }
        });
    }

    private static <T> void publish(Schema<T> status) {
        List<T> published = new ArrayList<>(status.getEnum());
        published.removeIf(value -> UNPUBLISHED.contains(String.valueOf(value)));
        status.setEnum(published);
    }
}
