package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.problem.ValidationErrors;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The schema of a request's body in the OpenAPI document. Immutable and thread-safe. */
public final class RequestSchema {
    private static final SchemaCompiler COMPILER = new SchemaCompiler(ApiDocument.tree());

    private final ValueSchema schema;

    private RequestSchema(ValueSchema schema) {
        this.schema = schema;
    }

    /**
     * The schema of this name among the document's components.
     *
     * @throws IllegalStateException if there is none, or it says what requests are not checked by
     */
    public static RequestSchema named(String name) {
        return new RequestSchema(COMPILER.compileNamed(name));
    }

    /**
     * Checks a body. What is wrong with it goes to the findings, and what is checked beyond the schema may follow; a body that is no
     * object ends the request at once.
     *
     * @return its fields
     */
    public Fields read(JsonNode body, ValidationErrors findings) {
        schema.check(body, Place.ROOT, findings);
        if (!body.isObject()) {
            throw findings.problem();
        }
        return Fields.of(body, "", findings);
    }

    /** Says what is wrong with a value that stands somewhere else than in a body; empty where nothing is. */
    public Optional<String> refusalOf(JsonNode value) {
        ValidationErrors findings = new ValidationErrors();
        schema.check(value, Place.ROOT, findings);
        return findings.isEmpty()
                ? Optional.empty()
                : Optional.of(findings.problem().findings().getFirst().message());
    }
}
