package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.doctor.Doctor;
import io.agentorchestrator.cli.doctor.DoctorFinding;
import io.agentorchestrator.cli.stack.StackSettings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Says what this machine lacks for the embedded stack, and how to get it.")
final class DoctorCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private PortOptions ports = new PortOptions();

    DoctorCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        List<DoctorFinding> findings = new Doctor(
                        invocation.layout(), StackSettings.of(ports.ports(), invocation.environment(), false))
                .examine();
        for (DoctorFinding finding : findings) {
            invocation
                    .out()
                    .println("%-7s %-12s %s".formatted(finding.verdict().word(), finding.subject(), finding.detail()));
        }
        boolean well = findings.stream().noneMatch(each -> each.verdict() == DoctorFinding.Verdict.MISSING);
        invocation.out().println();
        invocation.out().println(well ? "All is well." : "Something is missing; each line above says how to get it.");
        return well ? 0 : 1;
    }
}
