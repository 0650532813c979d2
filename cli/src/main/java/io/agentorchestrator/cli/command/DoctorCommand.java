package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.doctor.Doctor;
import io.agentorchestrator.cli.stack.StackSettings;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Says what this machine lacks for the embedded stack, and how to get it.")
final class DoctorCommand extends Verb {
    @Mixin
    private PortOptions ports = new PortOptions();

    DoctorCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        List<Doctor.Finding> findings = new Doctor(
                        invocation.layout(), StackSettings.of(ports.ports(), invocation.environment(), false))
                .examine();
        for (Doctor.Finding finding : findings) {
            say("%-7s %-12s %s".formatted(finding.verdict().word(), finding.subject(), finding.detail()));
        }
        boolean well = findings.stream().noneMatch(each -> each.verdict() == Doctor.Verdict.MISSING);
        say("");
        say(well ? "All is well." : "Something is missing; each line above says how to get it.");
        return well ? 0 : 1;
    }
}
