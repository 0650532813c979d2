package io.agentorchestrator.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.api.testkit.Contract;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Random bodies are refused where a validator of JSON Schema refuses them, and nowhere else. */
class RequestSchemaPropertyTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int BODIES = 3_000;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TaskSubmission",
                "BatchSubmission",
                "DagSubmission",
                "CommandSubmission",
                "RetryRequest",
                "ReprocessSubmission",
                "BulkReprocessSubmission",
                "RebuildSubmission",
                "AgentRegistration",
                "Heartbeat",
                "SettingChange"
            })
    void agreesWithAValidator(String name) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(
                        Map.of("urn:contract", Contract.document().toString())));
        Schema validator = registry.getSchema(SchemaLocation.of("urn:contract#/components/schemas/" + name));
        RequestSchema checked = RequestSchema.named(name);
        int refused = 0;
        for (int body = 0; body < BODIES; body++) {
            ObjectNode value = (ObjectNode) value(schema(name), 0);
            ValidationErrors findings = new ValidationErrors();
            checked.read(value, findings);
            assertThat(findings.isEmpty())
                    .as("seed %d: %s", seed, value)
                    .isEqualTo(validator.validate(value).isEmpty());
            refused += findings.isEmpty() ? 0 : 1;
        }
        assertThat(refused).as("seed %d", seed).isBetween(BODIES / 50, BODIES - BODIES / 50);
    }

    private static JsonNode schema(String name) {
        return Contract.document().at("/components/schemas/" + name);
    }

    /** A value that is often what the schema asks for, and else something else. */
    private JsonNode value(JsonNode reference, int depth) {
        JsonNode schema = Contract.resolve(reference);
        if (schema.has("anyOf")) {
            return value(schema.path("anyOf").path(random.nextInt(2)), depth);
        }
        if (depth > 0 && random.nextInt(40) == 0) {
            return junk();
        }
        if (schema.has("enum")) {
            return schema.path("enum").path(random.nextInt(schema.path("enum").size()));
        }
        List<JsonNode> types = schema.path("type").isArray()
                ? List.copyOf(schema.path("type").values())
                : List.of(schema.path("type"));
        return switch (types.get(random.nextInt(types.size())).asString("")) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "string" -> NODES.stringNode(text(schema));
            case "integer" -> NODES.numberNode(random.nextInt(-1, 120));
            case "number" -> NODES.numberNode(random.nextInt(1, 2000) / 10.0);
            case "boolean" -> NODES.booleanNode(random.nextBoolean());
            default -> NODES.nullNode();
        };
    }

    private JsonNode junk() {
        return switch (random.nextInt(6)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.stringNode("no such thing\n");
            case 2 -> NODES.numberNode(-7);
            case 3 -> NODES.arrayNode().add(1);
            case 4 -> NODES.objectNode().put("a", 1);
            default -> NODES.booleanNode(true);
        };
    }

    private JsonNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        List<String> required =
                schema.path("required").valueStream().map(JsonNode::asString).toList();
        schema.path("properties").properties().forEach(property -> {
            if (random.nextInt(100) < (required.contains(property.getKey()) ? 99 : 30)) {
                object.set(property.getKey(), value(property.getValue(), depth + 1));
            }
        });
        if (random.nextInt(schema.has("properties") ? 30 : 2) == 0) {
            JsonNode others = schema.path("additionalProperties");
            object.set(
                    random.nextInt(5) == 0 ? " odd name" : "name",
                    others.isObject() ? value(others, depth + 1) : NODES.numberNode(1));
        }
        return object;
    }

    private JsonNode array(JsonNode schema, int depth) {
        ArrayNode array = NODES.arrayNode();
        int size = Math.min(random.nextInt(4), depth > 1 ? 2 : 3);
        for (int index = 0; index < size; index++) {
            array.add(value(schema.path("items"), depth + 1));
        }
        return array;
    }

    private String text(JsonNode schema) {
        return schema.path("pattern").asString("").startsWith("^[A-Z]")
                ? "CODE_" + random.nextInt(3)
                : "name" + random.nextInt(3);
    }
}
