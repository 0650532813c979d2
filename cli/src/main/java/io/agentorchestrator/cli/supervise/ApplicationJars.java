package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/**
 * The class paths of our own processes. Our jars are copied when the stack starts, so that a build while it runs does not
 * pull classes from under it; libraries do not change and stay where Maven put them.
 */
final class ApplicationJars {
    private static final String VERSION = "0.1.0-SNAPSHOT";
    /** Every module that has a main class. */
    static final List<String> MODULES = List.of("api", "worker", "agents", "cli");

    private ApplicationJars() {}

    /** Copies what is built and writes one argument file per module. */
    static void snapshot(StackLayout layout) throws IOException {
        for (String module : MODULES) {
            Path target = layout.home().resolve(module).resolve("target");
            Path jar = target.resolve(module + "-" + VERSION + ".jar");
            if (!Files.exists(jar)) {
                throw new CliFailure(jar + " is not built: run ./mvnw -Dmaven.test.skip=true package.");
            }
            Path copies = directory(layout, module);
            Files.createDirectories(copies);
            Map<Path, FileTime> before = jars(copies);
            List<String> classPath = new ArrayList<>();
            classPath.add(copy(jar, copies));
            for (Path library : librariesOf(jar)) {
                boolean ours = library.getFileName().toString().endsWith("-" + VERSION + ".jar");
                classPath.add(ours ? copy(library, copies) : library.toString());
            }
            StateFiles.replace(argumentFile(layout, module), "-cp\n" + quoted(String.join(":", classPath)) + "\n");
            if (!jars(copies).equals(before)) {
                forgetCaches(copies);
            }
        }
    }

    /** Where the copies of a module's jars are, and what JVMs remember of them. */
    static Path directory(StackLayout layout, String module) {
        return layout.applications().resolve(module);
    }

    /** The file that gives java a module's class path. */
    static Path argumentFile(StackLayout layout, String module) {
        return layout.applications().resolve(module + ".classpath");
    }

    private static Map<Path, FileTime> jars(Path directory) throws IOException {
        Map<Path, FileTime> all = new TreeMap<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path jar : jars) {
                all.put(jar, Files.getLastModifiedTime(jar));
            }
        }
        return all;
    }

    /** A JVM passes over what was written of other jars, and does not write it anew. */
    private static void forgetCaches(Path directory) throws IOException {
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(directory, "*.{jsa,aot,new,config}")) {
            for (Path cache : caches) {
                Files.delete(cache);
            }
        }
    }

    private static String copy(Path jar, Path directory) throws IOException {
        Path copy = directory.resolve(jar.getFileName());
        Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        return copy.toString();
    }

    /** The libraries that the jar's manifest names; beside them lie those of earlier builds. */
    private static List<Path> librariesOf(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            String named = file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            return named == null
                    ? List.of()
                    : Arrays.stream(named.split(" "))
                            .map(jar::resolveSibling)
                            .sorted()
                            .toList();
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
