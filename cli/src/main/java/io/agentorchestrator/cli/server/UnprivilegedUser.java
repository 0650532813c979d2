package io.agentorchestrator.cli.server;

import com.sun.security.auth.module.UnixSystem;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

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
        return Command.run(LIMIT, prefix, "true").succeeded();
    }

    /** The command, run by this user. */
    public List<String> command(List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }

    /** Gives a directory and all below it to this user, where they are not already. */
    public void own(Path directory) throws IOException {
        if (prefix.isEmpty() || ownerOf(directory) == owner) {
            return;
        }
        // The directory last: until then it does not say that all below is owned.
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.setAttribute(each, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static int ownerOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }
}
