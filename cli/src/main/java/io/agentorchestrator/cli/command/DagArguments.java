package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.dagfile.DagFile;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Map<String, String> values = new LinkedHashMap<>();
        texts.forEach(each -> put(values, "--input", each, LosslessJson.write(valueOf("--input", each))));
        jsons.forEach(each -> put(
                values,
                "--input-json",
                each,
                LosslessJson.checked("The value of --input-json " + nameOf(each), valueOf("--input-json", each))));
        return values;
    }

    private static void put(Map<String, String> values, String option, String given, String json) {
        if (values.put(nameOf(given), json) != null) {
            throw new CliFailure("%s %s: the input `%s` is given twice.".formatted(option, given, nameOf(given)));
        }
    }

    private static String nameOf(String given) {
        return given.substring(0, Math.max(0, given.indexOf('=')));
    }

    private static String valueOf(String option, String given) {
        if (nameOf(given).isEmpty()) {
            throw new CliFailure(option + " takes NAME=VALUE, not `" + given + "`.");
        }
        return given.substring(given.indexOf('=') + 1);
    }
}
