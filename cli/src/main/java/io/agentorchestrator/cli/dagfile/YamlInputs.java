package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.failure.CliFailure;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The inputs of a DAG file in YAML. */
record YamlInputs(String file, String text) {
    /** The text with other values, given as JSON. */
    String with(Map<String, String> values) {
        Map<String, String> yaml = new LinkedHashMap<>();
        values.forEach((name, json) -> yaml.put(name, YamlJson.of(json)));
        YamlOutline before = read(text, yaml);
        String changed = before.inputs().with(yaml);
        check(before, changed, yaml);
        return changed;
    }

    private YamlOutline read(String document, Map<String, String> yaml) {
        try {
            return YamlOutline.of(file, document, yaml.keySet());
        } catch (YamlEngineException e) {
            throw new CliFailure(file + " is no valid YAML: " + e.getMessage(), e);
        }
    }

    /** Whether the new values stand where the old ones stood, and nothing else has changed its meaning. */
    private void check(YamlOutline before, String changed, Map<String, String> yaml) {
        boolean same;
        try {
            YamlOutline after = YamlOutline.of(file, changed, yaml.keySet());
            same = Arrays.equals(after.rest(), before.rest())
                    && yaml.entrySet().stream()
                            .allMatch(each -> YamlOutline.ofValue(each.getValue())
                                    .equals(after.values().getOrDefault(each.getKey(), List.of())));
        } catch (YamlEngineException e) {
            same = false;
        }
        if (!same) {
            throw new CliFailure(file + " writes its inputs in a way that no value can be put into: write each as"
                    + " `name: value`, on a line of its own.");
        }
    }
}
