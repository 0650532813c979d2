package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.body.JsonDocument;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Serves the OpenAPI document. */
@RestController
class ApiDocumentController {
    private static final String PATH = "/v3/api-docs";

    private final byte[] yaml = ApiDocument.yaml();
    private final byte[] json = JsonDocument.write(ApiDocument.tree()).getBytes(StandardCharsets.UTF_8);

    @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] json() {
        return json;
    }

    @GetMapping(path = PATH + ".yaml", produces = MediaType.APPLICATION_YAML_VALUE)
    byte[] yaml() {
        return yaml;
    }
}
