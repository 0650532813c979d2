package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.dagfile.DagFile;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The DAG file and what is put over its inputs. */
final class DagArguments {
    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The DAG file, YAML or JSON; - is the standard input. It is sent as it is.")
    private String file = "";

    @Mixin
    private InputOptions inputs = new InputOptions();

    DagFile dag(Invocation invocation) {
        return DagFile.read(invocation.directory(), file, invocation.in()).with(inputs.values());
    }
}
