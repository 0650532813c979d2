package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * docs/metrics.md, compared with what processes expose in Prometheus's text format: nothing of ours is exposed that it does not name with its type and
 * labels, and it names nothing that is not exposed.
 */
final class MetricsDocument {
    private static final Path DOCUMENT = Path.of("../docs/metrics.md");
    private static final Path ALERTS = Path.of("../dashboards/alerts.yml");
    private static final Pattern ROW = Pattern.compile(
            "^\\| `([a-z_]+)`( †)? \\| ([a-z]+) \\| ([^|]+) \\|([^|]*)\\|[^|]*\\|([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern PREFIXES = Pattern.compile("^\\| ((?:`[a-z_]+_`(?:, )?)+) \\|", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([a-z_]+)`");
    private static final Pattern SERIES = Pattern.compile("^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern TYPE = Pattern.compile("^# TYPE (\\S+) (\\S+)$");
    private static final Pattern PART_OF_HISTOGRAM = Pattern.compile("_(bucket|count|sum|max)$");
    private static final String HISTOGRAM = "histogram";

    private record Documented(String type, Set<String> labels, boolean comesWithTheFirst, Set<String> alerts) {}

    /** A metric as it is exposed, or as it is documented to be. */
    private record Exposed(String type, Set<String> labels) {}

    private final Map<String, Documented> metrics = new TreeMap<>();
    private final List<String> prefixes = new ArrayList<>();

    MetricsDocument() throws IOException {
        String document = Files.readString(DOCUMENT);
        Matcher rows = ROW.matcher(document);
        while (rows.find()) {
            metrics.put(
                    rows.group(1),
                    new Documented(rows.group(3), names(rows.group(5)), rows.group(2) != null, words(rows.group(6))));
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
        Map<String, Exposed> found = new TreeMap<>();
        Set<String> seen = new TreeSet<>();
        exposed.forEach(text -> read(text, found, seen));
        Map<String, Exposed> documented = metrics.entrySet().stream()
                .filter(each ->
                        found.containsKey(each.getKey()) || !each.getValue().comesWithTheFirst())
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        each -> new Exposed(
                                each.getValue().type(), each.getValue().labels()),
                        (a, b) -> a,
                        TreeMap::new));

        assertThat(found).as("metrics that are exposed, and docs/metrics.md").isEqualTo(documented);
        assertThat(seen).as("libraries whose metrics docs/metrics.md promises").containsAll(prefixes);
    }

    private void read(String text, Map<String, Exposed> found, Set<String> seenPrefixes) {
        Map<String, String> types = new TreeMap<>();
        text.lines().forEach(line -> {
            Matcher type = TYPE.matcher(line);
            if (type.matches()) {
                types.put(type.group(1), type.group(2));
            }
        });
        text.lines().forEach(line -> {
            Matcher series = SERIES.matcher(line);
            if (!series.matches()) {
                return;
            }
            List<String> ofLibrary =
                    prefixes.stream().filter(series.group(1)::startsWith).toList();
            seenPrefixes.addAll(ofLibrary);
            if (ofLibrary.isEmpty()) {
                String whole = PART_OF_HISTOGRAM.matcher(series.group(1)).replaceFirst("");
                String name = HISTOGRAM.equals(types.get(whole)) ? whole : series.group(1);
                found.computeIfAbsent(name, each -> new Exposed(types.getOrDefault(each, "untyped"), new TreeSet<>()))
                        .labels()
                        .addAll(labelsOf(series.group(2)));
            }
        });
    }

    /** Tells whether it has what a query asks for: a metric of ours, a part of a histogram, or one of a library. */
    boolean knows(String series) {
        return prefixes.stream().anyMatch(series::startsWith) || documentedName(series) != null;
    }

    /** The labels of a metric of ours that a query may ask for; absent for those of libraries. */
    Optional<Set<String>> labels(String series) {
        return Optional.ofNullable(documentedName(series)).map(name -> {
            Set<String> labels = new TreeSet<>(metrics.get(name).labels());
            if (series.endsWith("_bucket")) {
                labels.add("le");
            }
            return labels;
        });
    }

    private @Nullable String documentedName(String series) {
        String whole = PART_OF_HISTOGRAM.matcher(series).replaceFirst("");
        if (metrics.containsKey(whole) && metrics.get(whole).type().equals(HISTOGRAM)) {
            return whole.equals(series) ? null : whole;
        }
        return metrics.containsKey(series) ? series : null;
    }

    /** Checks that the alerts it names are there, and that each metric that an alert reads names it. */
    void assertNamesAlerts() throws IOException {
        Map<String, Set<String>> read = new TreeMap<>();
        for (AlertRules.Rule rule : AlertRules.read(ALERTS)) {
            metrics.keySet().stream()
                    .filter(metric -> Pattern.compile("\\b" + metric + "\\b")
                            .matcher(rule.expr())
                            .find())
                    .forEach(metric -> read.computeIfAbsent(metric, each -> new TreeSet<>())
                            .add(rule.alert()));
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
