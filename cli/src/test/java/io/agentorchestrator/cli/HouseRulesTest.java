package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules for the sources of all modules, as far as they can be seen in the text. */
class HouseRulesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int MAX_LINES = 400;
    private static final int MAX_PARAMETERS = 7;

    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*\\s*(?:\\*\\s*)?(\\w+)");
    private static final List<String> NO_BEGINNINGS = List.of("What", "Whether", "How", "Those");
    private static final Pattern COMMENT_OR_TEXT =
            Pattern.compile("\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern OTHER_THAN_JDBC_CLIENT = Pattern.compile(
            "\\b(?:Named\\w+)?JdbcTemplate\\b|\\bDriverManager\\b|\\bCopyManager\\b|\\.getConnection\\(");
    /** Classes that speak to PostgreSQL by something else than Spring's JdbcClient, and why. */
    private static final Map<String, String> OTHER_WAYS = Map.of(
            "BacklogStore.java", "reads two results in one round trip",
            "ExclusiveWork.java", "keeps a lock of its session for as long as the work lasts",
            "ClusterGauges.java", "keeps a lock of its session from one look to the next",
            "Notifications.java", "listens on a connection of its own");

    private static final Map<Path, String> MAIN = new TreeMap<>();
    private static final Map<Path, String> TESTS = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        for (Path module : list(ROOT)) {
            readInto(MAIN, module.resolve("src/main/java"));
            readInto(TESTS, module.resolve("src/test/java"));
        }
        assertThat(MAIN).hasSizeGreaterThan(500);
        assertThat(TESTS).hasSizeGreaterThan(200);
    }

    @Test
    void noFileIsTooLong() {
        List<Path> tooLong = Stream.of(MAIN, TESTS)
                .flatMap(files -> files.entrySet().stream())
                .filter(file -> file.getValue().lines().count() > MAX_LINES)
                .map(Map.Entry::getKey)
                .toList();
        assertThat(tooLong).as("longer than %d lines", MAX_LINES).isEmpty();
    }

    @Test
    void everyPackageSaysWhatLivesThereAndIsNullMarked() {
        TreeSet<Path> silent = new TreeSet<>();
        for (Path file : MAIN.keySet()) {
            String info = MAIN.getOrDefault(file.resolveSibling("package-info.java"), "");
            if (!info.startsWith("/**") || !info.contains("\n@NullMarked\n")) {
                silent.add(file.getParent());
            }
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void oneSimpleNameMeansOneThing() {
        Map<String, List<Path>> byName = new TreeMap<>();
        MAIN.keySet().stream()
                .filter(file -> !file.endsWith("package-info.java"))
                .forEach(file -> byName.computeIfAbsent(file.getFileName().toString(), name -> new ArrayList<>())
                        .add(ROOT.relativize(file)));
        byName.values().removeIf(files -> files.size() == 1);
        assertThat(byName).isEmpty();
    }

    @Test
    void javadocBeginsWithANounOrAVerb() {
        List<String> others = new ArrayList<>();
        MAIN.forEach((file, text) -> {
            Matcher javadoc = JAVADOC.matcher(text);
            while (javadoc.find()) {
                if (NO_BEGINNINGS.contains(javadoc.group(1))) {
                    others.add(at(file, text, javadoc.start()));
                }
            }
        });
        assertThat(others).isEmpty();
    }

    @Test
    void noConstructorTakesTooMuch() {
        List<String> tooMuch = new ArrayList<>();
        MAIN.forEach((file, text) -> {
            String code = withoutCommentsAndTexts(text);
            String name = file.getFileName().toString().replace(".java", "");
            Matcher constructor = Pattern.compile(
                            "(?<![\\w.]|new |record )" + name + "\\(([^{;]*)\\)\\s*(?:throws [\\w, ]+)?\\{")
                    .matcher(code);
            while (constructor.find()) {
                if (parameters(constructor.group(1)) > MAX_PARAMETERS) {
                    tooMuch.add(at(file, code, constructor.start()));
                }
            }
        });
        assertThat(tooMuch)
                .as("constructors of more than %d parameters", MAX_PARAMETERS)
                .isEmpty();
    }

    @Test
    void postgresqlIsSpokenToByJdbcClient() {
        List<String> others = new ArrayList<>();
        MAIN.forEach((file, text) -> {
            if (OTHER_THAN_JDBC_CLIENT.matcher(withoutCommentsAndTexts(text)).find()) {
                others.add(file.getFileName().toString());
            }
        });
        assertThat(others)
                .as("a statement goes through JdbcClient, unless it cannot: %s", OTHER_WAYS)
                .containsExactlyInAnyOrderElementsOf(OTHER_WAYS.keySet());
    }

    @Test
    void everyProcessEscapesWhatItLogs() throws IOException {
        int configured = 0;
        for (Path module : list(ROOT)) {
            Path resources = module.resolve("src/main/resources");
            boolean isApplication =
                    List.of("api", "worker").contains(module.getFileName().toString());
            for (String name : List.of("logback.xml", "logback-spring.xml")) {
                Path file = resources.resolve(name);
                if (Files.exists(file)) {
                    configured++;
                    assertThat(file).content().contains("resource=\"io/agentorchestrator/text/visible-log.xml\"");
                    isApplication = false;
                }
            }
            assertThat(isApplication).as("%s logs as Spring Boot does", module).isFalse();
        }
        assertThat(configured).isEqualTo(5);
    }

    @Test
    void oneRuleSaysWhichCharactersAreShown() {
        assertThat(MAIN)
                .allSatisfy((file, text) -> assertThat(file.endsWith("VisibleText.java")
                                || !Pattern.compile("\\\\p\\{(?:C|Cf|Cntrl|Zl|Zp)\\}")
                                        .matcher(text)
                                        .find())
                        .as("%s goes by VisibleText", file)
                        .isTrue());
    }

    /** Line breaks stay, so that lines keep their numbers. */
    private static String withoutCommentsAndTexts(String text) {
        return COMMENT_OR_TEXT.matcher(text).replaceAll(HouseRulesTest::lineBreaks);
    }

    private static String lineBreaks(MatchResult match) {
        return "\n".repeat((int) match.group().chars().filter(c -> c == '\n').count());
    }

    private static int parameters(String list) {
        int depth = 0;
        int count = list.isBlank() ? 0 : 1;
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '<' || c == '(') {
                depth++;
            } else if (c == '>' || c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                count++;
            }
        }
        return count;
    }

    private static String at(Path file, String text, int position) {
        long line = text.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
        return ROOT.relativize(file) + ":" + line;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static void readInto(Map<Path, String> files, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file :
                    found.filter(path -> path.toString().endsWith(".java")).toList()) {
                files.put(file, Files.readString(file));
            }
        }
    }
}
