package io.agentorchestrator.agents.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.agentorchestrator.sdk.TaskFailure;
import io.agentorchestrator.text.VisibleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(300)
class CodebaseReviewTest {
    private static final Path FIXTURE = Path.of("src", "test", "resources", "fixture");
    private static final Path EXPECTED = Path.of("src", "test", "resources", "expected-report.md");
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-04T05:06:07Z"));

    @TempDir
    private Path temporary;

    private Path reports;

    @BeforeEach
    void nameReports() {
        reports = temporary.resolve("reports");
    }

    @Test
    void reportsTheKnownFiguresOfTheFixture() throws Exception {
        assumeThat(GitForTests.isInstalled()).isTrue();
        Path directory = fixtureWithHistory();

        Map<String, JsonNode> results = new CodebaseReview(reports, CLOCK).run(directory);

        assertThat(results.get("inventory").get("files").asInt()).isEqualTo(7);
        assertThat(results.get("java").get("complexity").asInt()).isEqualTo(1 + 13 + 1 + 8);
        assertThat(results.get("java").get("most_complex").get("name").asString())
                .isEqualTo("Basket.total");
        assertThat(results.get("python").get("complexity").asInt()).isEqualTo(4 + 2);
        assertThat(results.get("web").get("complexity").asInt()).isEqualTo(2 + 2);
        assertThat(results.get("duplicates").get("duplicated_lines").asInt()).isEqualTo(11);
        assertThat(results.get("notes").get("by_kind").toString()).isEqualTo("{\"FIXME\":1,\"HACK\":1,\"TODO\":1}");
        assertThat(results.get("dependencies").get("distinct").asInt()).isEqualTo(4);
        assertThat(results.get("history").get("commits").asInt()).isEqualTo(2);
        assertThat(results.get("hot-spots").get("hottest").get("score").asInt()).isEqualTo(2 * (1 + 13));
        JsonNode report = results.get("report");
        assertThat(report.get("report").asString())
                .isEqualTo(reports.resolve("shop-00000013/report.md").toString());
        assertThat(report.get("most_complex_function").asString()).isEqualTo("Basket.total");
        assertThat(text(report).replace(directory.toString(), "DIRECTORY")).isEqualTo(Files.readString(EXPECTED));
        assertDrawn(report, "languages.svg");
        assertDrawn(report, "hot-spots.svg");
    }

    @Test
    void usesEveryTypeOfTheAgent() throws Exception {
        CodebaseReview review = new CodebaseReview(reports, CLOCK);
        review.run(Files.createDirectories(temporary.resolve("some")));

        assertThat(review.unusedTypes()).isEmpty();
    }

    @Test
    void completesOnAnEmptyDirectory() throws Exception {
        Path empty = Files.createDirectories(temporary.resolve("empty"));

        JsonNode report = new CodebaseReview(reports, CLOCK).run(empty).get("report");

        assertThat(report.get("files").asInt()).isZero();
        assertThat(text(report))
                .contains("There are no source files in this directory")
                .contains("No dependency manifest was found.");
    }

    @Test
    void completesWithoutGit() throws Exception {
        Path directory = fixture("plain");

        Map<String, JsonNode> results = new CodebaseReview(reports, CLOCK).run(directory);

        assertThat(results.get("history").get("available").asBoolean()).isFalse();
        assertThat(text(results.get("report"))).contains("There is no git history to find hot spots in");
    }

    @Test
    void namesOfFilesSteerNoTerminalAndKeepTheChartXml() throws Exception {
        assumeThat(GitForTests.isInstalled()).isTrue();
        assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8"); // or no file may have such a name
        Path directory = Files.createDirectories(temporary.resolve("hostile"));
        String code = "def f(x):\n    # TODO \u001b]0;x\u0007\n    return x and 1\n";
        Files.writeString(directory.resolve("a\u001b[2J\u0007\u2028.py"), code);
        Files.writeString(directory.resolve("b\u009b\u202e\ufffe.py"), code); // which git tells of without quotes
        GitForTests.git(directory, "init", "-q");
        GitForTests.git(directory, "add", ".");
        GitForTests.git(directory, "commit", "-q", "-m", "first");

        JsonNode report = new CodebaseReview(reports, CLOCK).run(directory).get("report");

        assertThat(text(report)).contains("a\\u001b[2J\\u0007\\u2028.py", "b\\u009b\\u202e\\ufffe.py");
        assertThat(text(report).lines()).allMatch(line -> VisibleText.of(line).equals(line));
        assertDrawn(report, "hot-spots.svg");
    }

    @Test
    void failsClearlyWhenTheDirectoryDoesNotExist() {
        TaskFailure failure = catchThrowableOfType(
                TaskFailure.class, () -> new CodebaseReview(reports, CLOCK).run(temporary.resolve("missing")));

        assertThat(failure.code()).isEqualTo("PATH_NOT_FOUND");
        assertThat(failure.retryable()).isFalse();
    }

    @Test
    void passesSmallResultsBetweenTasksHoweverManyFilesThereAre() throws Exception {
        Path many = Files.createDirectories(temporary.resolve("many"));
        for (int folder = 0; folder < 30; folder++) {
            Path inside = Files.createDirectories(many.resolve("folder" + folder));
            for (int file = 0; file < 100; file++) {
                Files.writeString(inside.resolve("f" + file + ".py"), "def f(x):\n    return x and " + file + "\n");
            }
        }

        Map<String, JsonNode> results = new CodebaseReview(reports, CLOCK).run(many);

        assertThat(results.get("report").get("files").asInt()).isEqualTo(3_000);
        assertThat(results.get("python").get("complexity").asInt()).isEqualTo(6_000);
    }

    @Test
    void reviewsThisCheckout() throws Exception {
        Map<String, JsonNode> results =
                new CodebaseReview(Path.of("target", "reports"), InstantSource.system()).run(Path.of(".."));

        assertThat(results.get("java").get("unparsed").asInt())
                .as("all our Java parses")
                .isZero();
        assertThat(results.get("java").get("files").asInt()).isGreaterThan(50);
        assertThat(text(results.get("report"))).contains("## Hot spots", "JavaParser", "| Java |");
    }

    /** In two commits; the second changes Basket.java and tools/report.py. */
    private Path fixtureWithHistory() throws IOException {
        Path directory = fixture("shop");
        GitForTests.git(directory, "init", "-q");
        GitForTests.git(directory, "add", ".");
        GitForTests.git(directory, "commit", "-q", "-m", "first");
        append(directory.resolve("src/main/java/shop/Basket.java"), "\n");
        append(directory.resolve("tools/report.py"), "\n\n");
        GitForTests.git(directory, "commit", "-q", "-a", "-m", "second");
        return directory;
    }

    private Path fixture(String name) throws IOException {
        Path directory = Files.createDirectories(temporary.resolve(name)).toRealPath();
        try (Stream<Path> files = Files.walk(FIXTURE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = directory.resolve(FIXTURE.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        return directory;
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private static String text(JsonNode report) throws IOException {
        return Files.readString(Path.of(report.get("report").asString()));
    }

    private static void assertDrawn(JsonNode report, String chart) throws Exception {
        Path file = Path.of(report.get("report").asString()).resolveSibling(chart);
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getDocumentElement()
                        .getTagName())
                .isEqualTo("svg");
        assertThat(text(report)).contains("(" + chart + ")");
    }
}
