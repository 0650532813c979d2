package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.dagfile.DagFile;
import io.agentorchestrator.cli.dagfile.Inputs;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The DAG file and what is put over its inputs. */
final class DagArguments {
    @Parameters(index = "0", paramLabel = "FILE", description = "The DAG file, YAML or JSON.")
    private Path file = Path.of("");

    @Option(
            names = "--input",
            paramLabel = "NAME=VALUE",
            description =
                    "An input of the DAG, over the file's own; numbers, true, false, null, objects and arrays are read"
                            + " as JSON, a relative path that exists is made absolute. Repeatable.")
    private Map<String, String> inputs = new LinkedHashMap<>();

    ObjectNode dag(Invocation invocation) {
        ObjectNode dag = DagFile.read(invocation.directory().resolve(file));
        new Inputs(invocation.directory()).apply(dag, inputs);
        return dag;
    }
}
