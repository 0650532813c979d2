package io.agentorchestrator.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import io.agentorchestrator.api.body.YamlDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document, as answers are held against it: with nothing beside what it mentions. Thread-safe. */
public final class Contract {
    private static final String NAME = "urn:contract";
    private static final JsonNode DOCUMENT = read();
    private static final List<Operation> OPERATIONS = operations();
    private static final SchemaRegistry SCHEMAS = schemas();
    private static final Map<String, Schema> COMPILED = new ConcurrentHashMap<>();

    private Contract() {}

    /**
     * One method of one path.
     *
     * @param method in capitals
     */
    public record Operation(String method, String path, JsonNode spec) {
        private boolean matches(String route) {
            String pattern = Pattern.compile("[{][a-z_]+[}]").matcher(path).replaceAll("\\\\E[^/]*\\\\Q");
            return route.matches("\\Q" + pattern + "\\E");
        }

        private boolean isTemplate() {
            return path.contains("{");
        }
    }

    /** The document as a tree. */
    public static JsonNode document() {
        return DOCUMENT;
    }

    /** All that it describes. */
    public static List<Operation> all() {
        return OPERATIONS;
    }

    /** The target of a reference, or the node itself. */
    public static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? DOCUMENT.at(node.path("$ref").asString().substring(1)) : node;
    }

    /** Checks that the answer is one that the document describes, if it describes the request. */
    static void check(String method, String target, Answer answer) {
        Operation operation = find(method, target.replaceFirst("[?].*", ""));
        if (operation == null) {
            return;
        }
        String what = "%s %s: %d %s".formatted(method, target, answer.status(), answer.text());
        String status = String.valueOf(answer.status());
        assertThat(operation.spec.path("responses").propertyNames()).as(what).contains(status);
        JsonNode content =
                resolve(operation.spec.path("responses").path(status)).path("content");
        if (content.isEmpty()) {
            assertThat(answer.text()).as(what).isEmpty();
            return;
        }
        String type = answer.header("Content-Type").replaceFirst(";.*", "");
        assertThat(content.propertyNames()).as(what).contains(type);
        if (type.endsWith("json")) {
            String reference = content.path(type).path("schema").path("$ref").asString();
            assertThat(COMPILED.computeIfAbsent(reference, at -> SCHEMAS.getSchema(SchemaLocation.of(NAME + at)))
                            .validate(answer.json()))
                    .as(what)
                    .isEmpty();
        }
    }

    private static @Nullable Operation find(String method, String route) {
        return OPERATIONS.stream()
                .filter(operation -> operation.method.equals(method) && operation.matches(route))
                .min(Comparator.comparing(Operation::isTemplate))
                .orElse(null);
    }

    private static List<Operation> operations() {
        List<Operation> found = new ArrayList<>();
        DOCUMENT.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> found.add(new Operation(
                                method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()))));
        return List.copyOf(found);
    }

    private static SchemaRegistry schemas() {
        JsonNode closed = DOCUMENT.deepCopy();
        closed.path("components").path("schemas").forEach(schema -> {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
        Dialect dialect = Dialect.builder(Dialects.getDraft202012())
                .format(new JavaDuration())
                .build();
        return SchemaRegistry.withDefaultDialect(
                dialect,
                builder -> builder.schemas(Map.of(NAME, closed.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
    }

    private static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(Contract.class.getResourceAsStream("/openapi.yaml"))) {
            return YamlDocument.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** ISO 8601's durations, with fractions of seconds, which RFC 3339 leaves out. */
    private static final class JavaDuration implements Format {
        @Override
        public String getName() {
            return "duration";
        }

        @Override
        public boolean matches(ExecutionContext execution, SchemaContext schema, String value) {
            try {
                Duration _ = Duration.parse(value);
                return true;
            } catch (DateTimeException _) {
                return false;
            }
        }
    }
}
