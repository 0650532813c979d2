package io.agentorchestrator.api.admission;

import io.agentorchestrator.api.body.JsonDocument;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.JsonNode;

/**
 * The answer to an accepted submission, ready to be sent and to be stored. The body is stored as a string, so that it comes back
 * byte by byte.
 *
 * @param body JSON
 */
record AcceptedAnswer(@Nullable String location, String body) {
    private static final String LOCATION = "location";
    private static final String BODY = "body";

    String stored() {
        Map<String, String> stored = new LinkedHashMap<>();
        if (location != null) {
            stored.put(LOCATION, location);
        }
        stored.put(BODY, body);
        return JsonDocument.write(stored);
    }

    static AcceptedAnswer ofStored(String stored) {
        JsonNode tree = JsonDocument.parse(stored.getBytes(StandardCharsets.UTF_8));
        return new AcceptedAnswer(
                tree.has(LOCATION) ? tree.path(LOCATION).stringValue() : null,
                tree.path(BODY).stringValue());
    }

    ResponseEntity<byte[]> toResponse() {
        ResponseEntity.BodyBuilder response = ResponseEntity.accepted().contentType(MediaType.APPLICATION_JSON);
        if (location != null) {
            response.location(URI.create(location));
        }
        return response.body(body.getBytes(StandardCharsets.UTF_8));
    }
}
