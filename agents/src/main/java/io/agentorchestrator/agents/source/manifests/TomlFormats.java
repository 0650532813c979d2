package io.agentorchestrator.agents.source.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Cargo.toml and pyproject.toml. */
final class TomlFormats {
    private static final TomlMapper MAPPER = TomlMapper.builder().build();

    private TomlFormats() {}

    static ManifestReader.Found cargo(String text) {
        JsonNode manifest = MAPPER.readTree(text);
        List<Dependency> dependencies = new ArrayList<>();
        addTable(manifest.path("dependencies"), "normal", dependencies);
        addTable(manifest.path("dev-dependencies"), "dev", dependencies);
        addTable(manifest.path("build-dependencies"), "build", dependencies);
        addTable(manifest.path("workspace").path("dependencies"), "managed", dependencies);
        return new ManifestReader.Found(manifest.path("package").path("name").asString(""), dependencies);
    }

    static ManifestReader.Found pyproject(String text) {
        JsonNode manifest = MAPPER.readTree(text);
        JsonNode project = manifest.path("project");
        JsonNode poetry = manifest.path("tool").path("poetry");
        List<Dependency> dependencies = new ArrayList<>();
        addList(project.path("dependencies"), "runtime", dependencies);
        addLists(project.path("optional-dependencies"), dependencies);
        addLists(manifest.path("dependency-groups"), dependencies);
        addTable(poetry.path("dependencies"), "runtime", dependencies);
        for (Map.Entry<String, JsonNode> group : poetry.path("group").properties()) {
            addTable(group.getValue().path("dependencies"), group.getKey(), dependencies);
        }
        String name = project.path("name").asString(poetry.path("name").asString(""));
        return new ManifestReader.Found(name, dependencies);
    }

    private static void addLists(JsonNode lists, List<Dependency> dependencies) {
        for (Map.Entry<String, JsonNode> group : lists.properties()) {
            addList(group.getValue(), group.getKey(), dependencies);
        }
    }

    private static void addList(JsonNode list, String scope, List<Dependency> dependencies) {
        for (JsonNode entry : list) {
            if (entry.isString()) {
                dependencies.add(LineFormats.requirement(entry.asString(), scope));
            }
        }
    }

    /** Each entry is a version or a table that may have one. */
    private static void addTable(JsonNode table, String scope, List<Dependency> dependencies) {
        for (Map.Entry<String, JsonNode> entry : table.properties()) {
            JsonNode value = entry.getValue();
            String version =
                    value.isString() ? value.asString() : value.path("version").asString("");
            if (!entry.getKey().equals("python")) {
                dependencies.add(new Dependency(entry.getKey(), version.equals("*") ? "" : version, scope));
            }
        }
    }
}
