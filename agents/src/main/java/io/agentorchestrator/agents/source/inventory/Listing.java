package io.agentorchestrator.agents.source.inventory;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * The files of a directory before anyone looked into them.
 *
 * @param paths relative to the directory, sorted
 * @param git whether git listed them
 * @param unreadable directories and names that could not be read
 * @param truncated whether there were more
 */
record Listing(List<Path> paths, boolean git, int unreadable, boolean truncated) {
    static final int MAX_FILES = 200_000;

    private static final Pattern NUL = Pattern.compile("\0", Pattern.LITERAL);

    /** Never source that somebody wrote here; a tracked file in one of them was put there on purpose. */
    private static final Set<String> NOT_SOURCE = Set.of(
            (".git .hg .svn .idea .vscode .gradle .mvn .venv venv .tox .mypy_cache .pytest_cache __pycache__ node_modules"
                            + " bower_components target build dist out .next .terraform .orchestrator")
                    .split(" "));

    static Listing of(Path root, Path scratch) throws IOException, InterruptedException {
        Optional<String> tracked = Optional.empty();
        Optional<Git> git = Git.at(root, scratch);
        if (git.isPresent()) {
            tracked = git.get().ask("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--", ".");
        }
        return tracked.isPresent() ? fromGit(tracked.get()) : new Walk(root).listing();
    }

    /** Each entry is a tag (? for untracked), a space and a path. */
    private static Listing fromGit(String answer) {
        List<Path> paths = new ArrayList<>();
        int unreadable = 0;
        for (String entry :
                NUL.splitAsStream(answer).filter(Predicate.not(String::isEmpty)).toList()) {
            try {
                Path path = Path.of(entry.substring(2));
                if (!entry.startsWith("?") || !isInside(path)) {
                    paths.add(path);
                }
            } catch (InvalidPathException e) {
                unreadable++;
            }
        }
        return sorted(paths, true, unreadable);
    }

    private static boolean isInside(Path path) {
        Path parent = path.getParent();
        return parent != null
                && StreamSupport.stream(parent.spliterator(), false).anyMatch(Listing::isNotSource);
    }

    private static boolean isNotSource(Path directory) {
        return NOT_SOURCE.contains(directory.getFileName().toString().toLowerCase(Locale.ROOT));
    }

    private static Listing sorted(List<Path> paths, boolean git, int unreadable) {
        // An unmerged file is listed once for each side.
        List<Path> bounded = paths.stream().limit(MAX_FILES).sorted().distinct().toList();
        return new Listing(bounded, git, unreadable, paths.size() > MAX_FILES);
    }

    /** Lists without git; never follows a link, so never in a circle. */
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<Path> paths = new ArrayList<>();
        private int unreadable;

        Walk(Path root) {
            this.root = root;
        }

        Listing listing() throws IOException {
            Files.walkFileTree(root, this);
            return sorted(paths, false, unreadable);
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return !directory.equals(root) && isNotSource(directory)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            paths.add(root.relativize(file));
            boolean interrupted = Thread.currentThread().isInterrupted();
            return paths.size() > MAX_FILES || interrupted ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            unreadable++;
            return FileVisitResult.CONTINUE;
        }
    }
}
