package io.agentorchestrator.agents.source.manifests;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** Chooses how to read a manifest by its name. What cannot be read is a problem of that manifest only. */
final class ManifestReader {
    private static final long MAX_BYTES = 1024 * 1024;

    /** The name and dependencies in one manifest. */
    record Found(String name, List<Dependency> dependencies) {}

    @FunctionalInterface
    private interface Format {
        Found read(String text) throws IOException, XmlPullParserException;
    }

    private ManifestReader() {}

    static Manifest read(Path root, String path) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return switch (name) {
            case "pom.xml" -> read(root, path, "Maven", MavenFormat::read);
            case "package.json" -> read(root, path, "npm", TreeFormats::npm);
            case "pyproject.toml" -> read(root, path, "Python", TreeFormats::pyproject);
            case "cargo.toml" -> read(root, path, "Cargo", TreeFormats::cargo);
            case "go.mod" -> read(root, path, "Go", LineFormats::goMod);
            case "build.gradle", "build.gradle.kts" -> read(root, path, "Gradle", LineFormats::gradle);
            default -> read(root, path, "Python", LineFormats::requirements);
        };
    }

    private static Manifest read(Path root, String path, String ecosystem, Format format) {
        try {
            Path file = root.resolve(path);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
                return unread(path, ecosystem, "no regular file of at most 1 MiB");
            }
            Found found = format.read(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            return new Manifest(path, ecosystem, found.name(), found.dependencies(), "");
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            return unread(path, ecosystem, malformed(at == null ? 0 : at.getLineNr()));
        } catch (XmlPullParserException e) {
            return unread(path, ecosystem, malformed(e.getLineNumber()) + ", or has a DOCTYPE");
        } catch (EOFException e) {
            return unread(path, ecosystem, malformed(0) + ": it ends too early");
        } catch (IOException e) {
            return unread(path, ecosystem, "it cannot be read");
        }
    }

    private static String malformed(int line) {
        return "it is malformed" + (line > 0 ? " at line " + line : "");
    }

    private static Manifest unread(String path, String ecosystem, String problem) {
        return new Manifest(path, ecosystem, "", List.of(), problem);
    }
}
