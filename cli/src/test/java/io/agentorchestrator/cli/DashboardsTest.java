package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Dashboards and alerts: they ask for nothing that docs/metrics.md does not name, and people can read them. */
class DashboardsTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DASHBOARDS = ROOT.resolve("dashboards");
    private static final Path ALERTS = DASHBOARDS.resolve("alerts.yml");
    private static final Path ALERT_TESTS = DASHBOARDS.resolve("alerts_test.yml");
    private static final int SCHEMA_VERSION = 41;

    private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern RANGE = Pattern.compile("\\[[^\\]]*]");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w:.])([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{[^}]*})?(\\s*\\()?");
    private static final Pattern MATCHER = Pattern.compile("([a-zA-Z_]\\w*)\\s*(?:=~|!~|!=|=)");
    private static final Pattern VARIABLE = Pattern.compile("label_values\\((.*), *(\\w+)\\)");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "offset", "bool", "inf", "nan");
    /** Prometheus itself adds these to every series. */
    private static final Set<String> OF_TARGETS = Set.of("job", "instance");

    static List<Path> dashboards() throws IOException {
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            assertThat(found).contains(DASHBOARDS.resolve("orchestrator-dashboard.json"));
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelSaysWhatItShowsInWhichUnitFromTheChosenSource(Path file) throws IOException {
        JsonNode board = read(file);
        assertThat(board.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(SCHEMA_VERSION);
        assertThat(board.path("templating")
                        .path("list")
                        .valueStream()
                        .map(variable -> variable.path("type").asString()))
                .contains("datasource");
        Set<Integer> ids = new TreeSet<>();
        for (JsonNode panel : board.path("panels")) {
            String title = panel.path("title").asString("");
            assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
            assertThat(title).isNotBlank();
            if (panel.path("type").asString().equals("row")) {
                continue;
            }
            assertThat(panel.path("description").asString("")).as(title).endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").asString(""))
                    .as(title)
                    .isNotBlank();
            assertThat(panel.path("targets")).as(title).isNotEmpty();
            assertThat(panel.at("/datasource/uid").asString("")).as(title).isEqualTo("${datasource}");
            for (JsonNode target : panel.path("targets")) {
                assertThat(target.at("/datasource/uid").asString("")).as(title).isEqualTo("${datasource}");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void dashboardsAskForMetricsThatThereAre(Path file) throws IOException {
        MetricsDocument document = new MetricsDocument();
        JsonNode board = read(file);
        List<String> queries = new ArrayList<>();
        board.findValues("expr").forEach(expr -> queries.add(expr.asString()));
        for (JsonNode variable : board.path("templating").path("list")) {
            Matcher values = VARIABLE.matcher(variable.path("definition").asString(""));
            if (values.matches()) {
                queries.add("sum by (%s) (%s)".formatted(values.group(2), values.group(1)));
            }
        }

        assertThat(queries).hasSizeGreaterThan(10).allSatisfy(query -> assertKnown(document, query));
    }

    @Test
    void alertsAskForMetricsThatThereAreAndLeadToAPage() throws IOException {
        MetricsDocument document = new MetricsDocument();
        List<AlertRules.Rule> rules = AlertRules.read(ALERTS);

        assertThat(rules).hasSizeGreaterThan(10).allSatisfy(rule -> {
            assertKnown(document, rule.expr());
            assertThat(rule.runbook()).as(rule.alert()).startsWith("docs/").contains("#");
            String[] link = rule.runbook().split("#", -1);
            assertThat(Files.readString(ROOT.resolve(link[0]))
                            .lines()
                            .filter(line -> line.startsWith("#"))
                            .map(DashboardsTest::anchor))
                    .as(rule.alert())
                    .contains(link[1]);
            assertThat(Files.readString(ALERT_TESTS)).contains("alertname: " + rule.alert() + "\n");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sum(rate(no_such_total[5m]))|no_such_total",
                "task_queue_depth{tenant=\"a\"} > 1|tenant",
                "sum by (pool) (agent_pool_size)|pool",
                "rate(task_submission_seconds[5m])|task_submission_seconds",
            })
    void aQueryForWhatIsNotThereIsFound(String query, String missing) throws IOException {
        assertThat(unknown(new MetricsDocument(), query)).containsExactly(missing);
    }

    @Test
    void rulesPassPrometheusOwnChecksAndTheirTests() throws Exception {
        assumeThat(promtool()).as("promtool is on the PATH").isTrue();

        assertPasses("check", "rules", ALERTS.getFileName().toString());
        assertPasses("test", "rules", ALERT_TESTS.getFileName().toString());
    }

    private static boolean promtool() {
        return Arrays.stream(
                        Objects.requireNonNullElse(System.getenv("PATH"), "").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "promtool")));
    }

    private static void assertPasses(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(DASHBOARDS.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static void assertKnown(MetricsDocument document, String query) {
        assertThat(unknown(document, query)).as(query).isEmpty();
    }

    /** Metrics that the document does not name, and labels that none of the query's metrics has. */
    private static Set<String> unknown(MetricsDocument document, String query) {
        Set<String> unknown = new TreeSet<>();
        Set<String> labels = new TreeSet<>(OF_TARGETS);
        Set<String> grouped = new TreeSet<>();
        boolean ofLibrary = false;
        String rest = RANGE.matcher(TEXT.matcher(query).replaceAll("''")).replaceAll("");
        Matcher grouping = GROUPING.matcher(rest);
        while (grouping.find()) {
            Stream.of(grouping.group(2).split(",", -1))
                    .map(String::strip)
                    .filter(label -> !label.isEmpty())
                    .forEach(grouped::add);
        }
        Matcher selector = SELECTOR.matcher(GROUPING.matcher(rest).replaceAll(" "));
        while (selector.find()) {
            String name = selector.group(1);
            if (selector.group(3) != null || KEYWORDS.contains(name.toLowerCase(Locale.ROOT))) {
                continue;
            }
            if (!document.knows(name)) {
                unknown.add(name);
                continue;
            }
            Set<String> own = document.labels(name).orElse(null);
            if (own == null) {
                ofLibrary = true;
                continue;
            }
            labels.addAll(own);
            Matcher matcher = MATCHER.matcher(Objects.requireNonNullElse(selector.group(2), ""));
            while (matcher.find()) {
                if (!own.contains(matcher.group(1)) && !OF_TARGETS.contains(matcher.group(1))) {
                    unknown.add(matcher.group(1));
                }
            }
        }
        if (!ofLibrary && unknown.isEmpty()) {
            grouped.stream().filter(label -> !labels.contains(label)).forEach(unknown::add);
        }
        return unknown;
    }

    /** The anchor of a heading, as GitHub makes it. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ +", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\w -]", "")
                .replace(' ', '-');
    }

    private static JsonNode read(Path file) throws IOException {
        return JsonMapper.builder().build().readTree(Files.readString(file));
    }
}
