package io.agentorchestrator.agents.source.inventory;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
        boolean truncated = false;
        for (int from = 0; from < answer.length() && !truncated; ) {
            int end = answer.indexOf('\0', from);
            String entry = answer.substring(from, end < 0 ? answer.length() : end);
            from = end < 0 ? answer.length() : end + 1;
            try {
                Path path = Path.of(entry.substring(2));
                if (!entry.startsWith("?") || !isInside(path)) {
                    paths.add(path);
                }
            } catch (InvalidPathException e) {
                unreadable++;
            }
            truncated = paths.size() > MAX_FILES;
        }
        return sorted(paths, true, unreadable, truncated);
    }

    private static boolean isInside(Path path) {
        Path parent = path.getParent();
        if (parent != null) {
            for (Path part : parent) {
                if (NOT_SOURCE.contains(part.toString().toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Listing sorted(List<Path> paths, boolean git, int unreadable, boolean truncated) {
        List<Path> bounded = truncated ? paths.subList(0, MAX_FILES) : paths;
        Collections.sort(bounded);
        // An unmerged file is listed once for each side.
        return new Listing(bounded.stream().distinct().toList(), git, unreadable, truncated);
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
            return sorted(paths, false, unreadable, paths.size() > MAX_FILES);
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            boolean source = directory.equals(root)
                    || !NOT_SOURCE.contains(directory.getFileName().toString().toLowerCase(Locale.ROOT));
            return source ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
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
