package io.agentorchestrator.agents.source.inventory;

import io.agentorchestrator.agents.source.language.Language;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Optional;

/** The kind that a file has by its name and its first bytes. */
sealed interface FileProbe {
    long MAX_BYTES = 1024 * 1024;
    int HEAD_BYTES = 8 * 1024;

    record Source(SourceFile file) implements FileProbe {}

    /** Text or not: of no language that is known here. */
    record Other() implements FileProbe {}

    /** Gone, or a directory (a submodule): nothing to see. */
    record Nothing() implements FileProbe {}

    record Skipped(String reason) implements FileProbe {}

    static FileProbe of(Path root, Path relative) {
        Path file = root.resolve(relative);
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isSymbolicLink()) {
                return new Skipped("symbolic link");
            }
            if (!attributes.isRegularFile()) {
                return attributes.isDirectory() ? new Nothing() : new Skipped("special file");
            }
            return lookInto(file, relative, attributes.size());
        } catch (NoSuchFileException e) {
            return new Nothing();
        } catch (IOException e) {
            return new Skipped("unreadable");
        }
    }

    private static FileProbe lookInto(Path file, Path relative, long bytes) throws IOException {
        String name = relative.getFileName().toString();
        Optional<Language> language = Language.ofName(name);
        boolean nameSaysNothing = language.isEmpty() && name.indexOf('.') < 0;
        if (language.isEmpty() && !nameSaysNothing) {
            return new Other();
        }
        if (bytes > MAX_BYTES) {
            return nameSaysNothing ? new Other() : new Skipped("larger than 1 MiB");
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD_BYTES);
        }
        String beginning = new String(head, StandardCharsets.ISO_8859_1);
        if (nameSaysNothing) {
            language = Language.ofInterpreter(beginning.lines().findFirst().orElse(""));
        }
        if (language.isEmpty()) {
            return new Other();
        }
        if (beginning.indexOf('\0') >= 0) {
            return new Skipped("binary");
        }
        if (isMinified(name, language.get(), beginning)) {
            return new Skipped("minified");
        }
        String path = relative.toString().replace('\\', '/');
        return new Source(new SourceFile(path, language.get(), bytes));
    }

    private static boolean isMinified(String name, Language language, String beginning) {
        boolean oneLongLine = beginning.length() == HEAD_BYTES && beginning.indexOf('\n') < 0;
        return name.toLowerCase(Locale.ROOT).contains(".min.")
                || (oneLongLine && (language.isProgramming() || language == Language.CSS));
    }
}
