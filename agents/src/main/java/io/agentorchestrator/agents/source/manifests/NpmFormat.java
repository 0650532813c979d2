package io.agentorchestrator.agents.source.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** package.json. */
final class NpmFormat {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Map<String, String> SCOPES = Map.of(
            "dependencies", "runtime",
            "devDependencies", "dev",
            "peerDependencies", "peer",
            "optionalDependencies", "optional");

    private NpmFormat() {}

    static ManifestReader.Found read(String text) {
        JsonNode manifest = MAPPER.readTree(text);
        List<Dependency> dependencies = new ArrayList<>();
        for (String list : List.of("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")) {
            for (Map.Entry<String, JsonNode> entry : manifest.path(list).properties()) {
                String version = entry.getValue().asString("");
                dependencies.add(new Dependency(
                        entry.getKey(), version.equals("*") ? "" : version, SCOPES.getOrDefault(list, list)));
            }
        }
        return new ManifestReader.Found(manifest.path("name").asString(""), dependencies);
    }
}
