package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * docs/metrics.md, compared with what processes expose in Prometheus's text format: nothing of ours is exposed that it does not name,
 * and it names nothing that is not exposed.
 */
final class MetricsDocument {
    private static final Path DOCUMENT = Path.of("../docs/metrics.md");
    private static final Path ALERTS = Path.of("../dashboards/alerts.yml");
    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z_]+)`( †)? \\|([^|]*)\\|[^|]*\\|([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern PREFIXES = Pattern.compile("^\\| ((?:`[a-z_]+_`(?:, )?)+) \\|", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");
    private static final Pattern NEXT_ALERT = Pattern.compile("^ *- alert: ", Pattern.MULTILINE);
    private static final Pattern SERIES = Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern PART_OF_HISTOGRAM = Pattern.compile("(_seconds|_length)_(bucket|count|sum|max)$");

    private record Documented(Set<String> labels, boolean comesWithTheFirst, Set<String> alerts) {}

    private final Map<String, Documented> metrics = new TreeMap<>();
    private final List<String> prefixes = new ArrayList<>();

    MetricsDocument() throws IOException {
        String document = Files.readString(DOCUMENT);
        Matcher rows = ROW.matcher(document);
        while (rows.find()) {
            metrics.put(
                    rows.group(1), new Documented(names(rows.group(3)), rows.group(2) != null, words(rows.group(4))));
        }
        Matcher libraries = PREFIXES.matcher(document);
        while (libraries.find()) {
            prefixes.addAll(names(libraries.group(1)));
        }
        assertThat(metrics).hasSizeGreaterThan(10);
        assertThat(prefixes).isNotEmpty();
    }

    /** Compares with what all of these answered together. */
    void assertDescribes(List<String> exposed) {
        Map<String, Set<String>> labels = new TreeMap<>();
        exposed.stream().flatMap(String::lines).forEach(line -> {
            Matcher series = SERIES.matcher(line);
            if (series.matches() && prefixes.stream().noneMatch(series.group(1)::startsWith)) {
                String name = PART_OF_HISTOGRAM.matcher(series.group(1)).replaceFirst("$1");
                labels.computeIfAbsent(name, each -> new TreeSet<>()).addAll(labelsOf(series.group(2)));
            }
        });
        Map<String, Set<String>> documented = metrics.entrySet().stream()
                .filter(each ->
                        labels.containsKey(each.getKey()) || !each.getValue().comesWithTheFirst())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().labels(), (a, b) -> a, TreeMap::new));

        assertThat(labels).as("metrics that are exposed, and docs/metrics.md").isEqualTo(documented);
    }

    /** Checks that the alerts it names are there, and that each metric that an alert reads names it. */
    void assertNamesAlerts() throws IOException {
        Map<String, Set<String>> read = new TreeMap<>();
        for (String rule : NEXT_ALERT.split(Files.readString(ALERTS), -1)) {
            String alert = rule.lines().findFirst().orElse("").strip();
            String expression =
                    rule.contains("expr:") ? rule.substring(rule.indexOf("expr:"), rule.indexOf("labels:")) : "";
            metrics.keySet().stream()
                    .filter(metric -> Pattern.compile("\\b" + metric + "\\b")
                            .matcher(expression)
                            .find())
                    .forEach(metric -> read.computeIfAbsent(metric, each -> new TreeSet<>())
                            .add(alert));
        }
        Map<String, Set<String>> named = metrics.entrySet().stream()
                .filter(each -> !each.getValue().alerts().isEmpty())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().alerts(), (a, b) -> a, TreeMap::new));

        assertThat(named)
                .as("alerts of dashboards/alerts.yml, and docs/metrics.md")
                .isEqualTo(read);
    }

    private static Set<String> labelsOf(String text) {
        Set<String> labels = new TreeSet<>();
        if (text != null) {
            Matcher each = LABEL.matcher(text);
            while (each.find()) {
                if (!each.group(1).equals("le") && !each.group(1).equals("application")) {
                    labels.add(each.group(1));
                }
            }
        }
        return labels;
    }

    private static Set<String> names(String cell) {
        Set<String> names = new TreeSet<>();
        Matcher each = NAME.matcher(cell);
        while (each.find()) {
            names.add(each.group(1));
        }
        return names;
    }

    private static Set<String> words(String cell) {
        return cell.isBlank() ? Set.of() : new TreeSet<>(List.of(cell.strip().split(", ", -1)));
    }
}
