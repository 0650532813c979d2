package io.agentorchestrator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Alert rules as Prometheus reads them. */
final class AlertRules {
    private AlertRules() {}

    /** An alert, its query, and the page that says what to do. */
    record Rule(String alert, String expr, String runbook) {}

    /** Reads the rules of all groups. */
    static List<Rule> read(Path file) throws IOException {
        Map<?, ?> document =
                (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        List<Rule> rules = new ArrayList<>();
        for (Object group : (List<?>) document.get("groups")) {
            for (Object each : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<?, ?> rule = (Map<?, ?>) each;
                Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
                rules.add(new Rule(
                        String.valueOf(rule.get("alert")),
                        String.valueOf(rule.get("expr")),
                        String.valueOf(annotations.get("runbook_url"))));
            }
        }
        return rules;
    }
}
