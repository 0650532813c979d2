package io.agentorchestrator.cli.server;

import com.sun.security.auth.module.UnixSystem;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Command;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way to run a program that refuses root and the nameless, whoever we are.
 *
 * @param prefix goes before the command; empty when we may run it as we are
 * @param owner the user id that must own the program's files
 */
public record UnprivilegedUser(List<String> prefix, int owner) {
    private static final int NOBODY = 65534;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** A user namespace without a mapping: the process looks like nobody to itself and stays us to the file system. */
    private static final List<String> NAMESPACE = List.of("unshare", "-U");

    /**
     * Nobody, who may still walk through directories such as /root. The secure bit keeps access(2), which PostgreSQL
     * asks about its own program, from forgetting that.
     */
    private static final List<String> NOBODY_WITH_ACCESS = List.of(
            "setpriv",
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--securebits=+no_setuid_fixup",
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=-all,+dac_override");

    /** Copies the prefix. */
    public UnprivilegedUser {
        prefix = List.copyOf(prefix);
    }

    /** Finds the way on this machine for the user that runs us. */
    public static UnprivilegedUser find() throws InterruptedException {
        UnixSystem us = new UnixSystem();
        boolean root = us.getUid() == 0;
        // A user id that no account has, as containers like to use, is as unwelcome to initdb as root.
        if (!root && us.getUsername() != null) {
            return new UnprivilegedUser(List.of(), (int) us.getUid());
        }
        if (works(NAMESPACE)) {
            return new UnprivilegedUser(NAMESPACE, (int) us.getUid());
        }
        if (root && works(NOBODY_WITH_ACCESS)) {
            return new UnprivilegedUser(NOBODY_WITH_ACCESS, NOBODY);
        }
        throw new CliFailure(
                root
                        ? "PostgreSQL refuses to run as root and this system offers no way around it (tried `unshare -U`"
                                + " and `setpriv`): run ./orchestrator as another user, or install util-linux."
                        : "PostgreSQL needs a user that has a name and yours (id " + us.getUid()
                                + ") has none; `unshare -U`, the way around it, does not work here: add the user to"
                                + " /etc/passwd.");
    }

    private static boolean works(List<String> prefix) throws InterruptedException {
        return Command.run(LIMIT, with(prefix, List.of("true"))).succeeded();
    }

    /** The command, run by this user. */
    public List<String> command(List<String> command) {
        return with(prefix, command);
    }

    private static List<String> with(List<String> prefix, List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return List.copyOf(all);
    }

    /** Gives a directory and all below it to this user, where they are not already. */
    public void own(Path directory) throws IOException {
        if (prefix.isEmpty() || ownerOf(directory) == owner) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return give(file);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                return give(each);
            }
        });
    }

    private FileVisitResult give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
        return FileVisitResult.CONTINUE;
    }

    private static int ownerOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }
}
