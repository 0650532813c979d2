package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The links of the checkout's Markdown pages: files and headings that they name exist, and a link whose text is the name of a class or
 * method leads to the file that has it.
 */
class DocumentLinksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path ADRS = ROOT.resolve("docs/adr");
    private static final Path ADR_INDEX = ADRS.resolve("README.md");
    private static final Path README = ROOT.resolve("README.md");
    private static final Path QUESTIONS = ROOT.resolve("docs/questions.md");

    /** Of builds, of stacks and of test data: no pages of ours. */
    private static final Set<String> PASSED_OVER =
            Set.of("target", "src", ".git", ".mvn", ".orchestrator", ".venv", "load_test_results");

    private static final Pattern FENCED = Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\[([^\\[\\]]*)]\\(([^()\\s]+)\\)");
    private static final Pattern EXTERNAL = Pattern.compile("^[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.+?) *$", Pattern.MULTILINE);
    private static final Pattern NAMED = Pattern.compile("<a (?:name|id)=\"([^\"]+)\">");
    private static final Pattern SECTION = Pattern.compile("^## ", Pattern.MULTILINE);
    /** A class, or a class and one of its methods, as the text of a link. */
    private static final Pattern CODE = Pattern.compile("`([A-Z]\\w+)(?:\\.([a-z]\\w*))?`");

    private static final Pattern ADR = Pattern.compile("(\\d{4})-.*\\.md");

    private record Link(Path page, String text, String target) {
        boolean isExternal() {
            return EXTERNAL.matcher(target).matches();
        }

        Path file() {
            String path = target.replaceFirst("#.*", "");
            return path.isEmpty() ? page : page.resolveSibling(path).normalize();
        }

        String anchor() {
            return target.contains("#") ? target.substring(target.indexOf('#') + 1) : "";
        }

        @Override
        public String toString() {
            return ROOT.relativize(page) + ": [" + text + "](" + target + ")";
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int checked = 0;
        for (Link link : linksOfAllPages()) {
            if (!link.isExternal()) {
                checked++;
                objection(link).ifPresent(why -> broken.add(link + " " + why));
            }
        }

        assertThat(broken).isEmpty();
        assertThat(checked).isGreaterThan(200);
    }

    @Test
    void everyPageIsReachedFromTheReadme() throws IOException {
        List<Path> pages = pages();
        Set<Path> reached = new TreeSet<>(Set.of(README));
        Deque<Path> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            for (Link link : links(open.pop())) {
                if (!link.isExternal() && pages.contains(link.file()) && reached.add(link.file())) {
                    open.add(link.file());
                }
            }
        }

        assertThat(pages.stream().filter(page -> page.startsWith(ROOT.resolve("docs"))))
                .isNotEmpty()
                .isSubsetOf(reached);
    }

    @Test
    void theIndexOfDecisionsNamesEachOnceByItsNumber() throws IOException {
        List<String> listed = links(ADR_INDEX).stream()
                .map(Link::target)
                .filter(target -> ADR.matcher(target).matches())
                .sorted()
                .toList();
        List<String> there;
        try (Stream<Path> files = Files.list(ADRS)) {
            there = files.map(file -> file.getFileName().toString())
                    .filter(name -> ADR.matcher(name).matches())
                    .sorted()
                    .toList();
        }

        assertThat(listed).isEqualTo(there);
        for (String name : there) {
            String number = Integer.toString(Integer.parseInt(name.substring(0, 4)));
            assertThat(Files.readString(ADRS.resolve(name))).as(name).startsWith("# " + number + ". ");
        }
    }

    @Test
    void everyQuestionIsTwoHopsFromItsAnswer() throws IOException {
        Set<String> asked = links(README).stream()
                .filter(link -> link.file().equals(QUESTIONS) && !link.anchor().isEmpty())
                .map(Link::anchor)
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, String> answers = new TreeMap<>();
        SECTION.splitAsStream(Files.readString(QUESTIONS))
                .skip(1)
                .forEach(section -> answers.put(slug(section.lines().findFirst().orElse("")), section));

        assertThat(asked).hasSizeGreaterThanOrEqualTo(10).isEqualTo(answers.keySet());
        assertThat(answers.values())
                .allSatisfy(answer -> assertThat(LINK.matcher(answer).find()).isTrue());
    }

    /** Says what is wrong with a link into the checkout, if anything is. */
    private static Optional<String> objection(Link link) throws IOException {
        Path file = link.file();
        if (!file.startsWith(ROOT) || !Files.exists(file)) {
            return Optional.of("leads to no file");
        }
        if (!file.toRealPath().equals(ROOT.toRealPath().resolve(ROOT.relativize(file)))) {
            return Optional.of("is written otherwise than the file");
        }
        if (!link.anchor().isEmpty() && !anchors(file).contains(link.anchor())) {
            return Optional.of("leads to no heading of " + file.getFileName());
        }
        MatchResult code = CODE.matcher(link.text()).results().findFirst().orElse(null);
        if (code == null || !file.toString().endsWith(".java")) {
            return Optional.empty();
        }
        if (!file.getFileName().toString().equals(code.group(1) + ".java")) {
            return Optional.of("leads to another class");
        }
        String method = code.group(2);
        boolean has = method == null
                || Pattern.compile("\\b" + method + "\\(")
                        .matcher(Files.readString(file))
                        .find();
        return has ? Optional.empty() : Optional.of("names no method of that class");
    }

    private static Set<String> anchors(Path page) throws IOException {
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        Set<String> anchors = new TreeSet<>();
        Map<String, Integer> before = new HashMap<>();
        HEADING.matcher(text).results().map(heading -> slug(heading.group(1))).forEach(slug -> {
            int times = before.merge(slug, 1, Integer::sum) - 1;
            anchors.add(times == 0 ? slug : slug + "-" + times);
        });
        NAMED.matcher(text).results().map(name -> name.group(1)).forEach(anchors::add);
        return anchors;
    }

    /** The anchor that GitHub gives a heading. */
    private static String slug(String heading) {
        return LINK.matcher(heading)
                .replaceAll("$1")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static List<Link> linksOfAllPages() throws IOException {
        List<Link> links = new ArrayList<>();
        for (Path page : pages()) {
            links.addAll(links(page));
        }
        return links;
    }

    private static List<Link> links(Path page) throws IOException {
        String text = FENCED.matcher(Files.readString(page)).replaceAll("");
        return LINK.matcher(text)
                .results()
                .map(link -> new Link(page, link.group(1), link.group(2)))
                .toList();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return PASSED_OVER.contains(directory.getFileName().toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".md")) {
                    pages.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return pages;
    }
}
