package io.agentorchestrator.agents.source.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.toml.TomlMapper;

/** package.json, Cargo.toml and pyproject.toml: tables and lists of dependencies at known places of a tree. */
final class TreeFormats {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TomlMapper TOML = TomlMapper.builder().build();

    private TreeFormats() {}

    static ManifestReader.Found npm(String text) {
        JsonNode manifest = JSON.readTree(text);
        List<Dependency> dependencies = new ArrayList<>();
        addTable(manifest.path("dependencies"), "runtime", dependencies);
        addTable(manifest.path("devDependencies"), "dev", dependencies);
        addTable(manifest.path("peerDependencies"), "peer", dependencies);
        addTable(manifest.path("optionalDependencies"), "optional", dependencies);
        return new ManifestReader.Found(manifest.path("name").asString(""), dependencies);
    }

    static ManifestReader.Found cargo(String text) {
        JsonNode manifest = TOML.readTree(text);
        List<Dependency> dependencies = new ArrayList<>();
        addTable(manifest.path("dependencies"), "normal", dependencies);
        addTable(manifest.path("dev-dependencies"), "dev", dependencies);
        addTable(manifest.path("build-dependencies"), "build", dependencies);
        addTable(manifest.path("workspace").path("dependencies"), "managed", dependencies);
        return new ManifestReader.Found(manifest.path("package").path("name").asString(""), dependencies);
    }

    static ManifestReader.Found pyproject(String text) {
        JsonNode manifest = TOML.readTree(text);
        JsonNode project = manifest.path("project");
        JsonNode poetry = manifest.path("tool").path("poetry");
        List<Dependency> dependencies = new ArrayList<>();
        addList(project.path("dependencies"), "runtime", dependencies);
        project.path("optional-dependencies").forEachEntry((group, list) -> addList(list, group, dependencies));
        manifest.path("dependency-groups").forEachEntry((group, list) -> addList(list, group, dependencies));
        addTable(poetry.path("dependencies"), "runtime", dependencies);
        poetry.path("group").forEachEntry((group, table) -> addTable(table.path("dependencies"), group, dependencies));
        dependencies.removeIf(dependency -> dependency.name().equals("python"));
        return new ManifestReader.Found(
                project.path("name").asString(poetry.path("name").asString("")), dependencies);
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
            String version = value.asString(value.path("version").asString(""));
            dependencies.add(new Dependency(entry.getKey(), version.equals("*") ? "" : version, scope));
        }
    }
}
