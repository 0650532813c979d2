package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.body.YamlDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** Reads the OpenAPI document, which is written by hand in {@code openapi.yaml}. Thread-safe. */
final class ApiDocument {
    private static final String FILE = "/openapi.yaml";
    private static final byte[] YAML = read();
    private static final JsonNode TREE = YamlDocument.parse(YAML);

    private ApiDocument() {}

    /** The document as it is written, in UTF-8. */
    static byte[] yaml() {
        return YAML.clone();
    }

    /** The same as a tree; not to be changed. */
    static JsonNode tree() {
        return TREE;
    }

    private static byte[] read() {
        try (InputStream in = Objects.requireNonNull(ApiDocument.class.getResourceAsStream(FILE), FILE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(FILE, e);
        }
    }
}
