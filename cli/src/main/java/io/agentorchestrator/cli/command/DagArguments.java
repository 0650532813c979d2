package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.dagfile.DagFile;
import io.agentorchestrator.cli.json.LosslessJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The DAG file and what is put over its inputs. */
final class DagArguments {
    @Parameters(
            index = "0",
            paramLabel = "FILE",
            description = "The DAG file, YAML or JSON; - is the standard input. It is sent as it is.")
    private String file = "";

    @Option(
            names = "--input",
            paramLabel = "NAME=TEXT",
            description = "An input of the DAG, over the file's own: text, exactly as typed. Repeatable.")
    private List<String> texts = new ArrayList<>();

    @Option(
            names = "--input-json",
            paramLabel = "NAME=JSON",
            description = "Likewise, but a JSON value: a number, true, null, an object. Repeatable.")
    private List<String> jsons = new ArrayList<>();

    DagFile dag(Invocation invocation) {
        return DagFile.read(invocation.directory(), file, invocation.in()).with(inputs());
    }

    /** JSON by the name of the input. */
    private Map<String, String> inputs() {
        return NamedJson.byName(
                "the input",
                Stream.concat(
                        NamedJson.of("--input", "NAME=TEXT", texts, (name, text) -> LosslessJson.write(text)),
                        NamedJson.of(
                                "--input-json",
                                "NAME=JSON",
                                jsons,
                                (name, json) -> LosslessJson.checked("The value of --input-json " + name, json))));
    }
}
