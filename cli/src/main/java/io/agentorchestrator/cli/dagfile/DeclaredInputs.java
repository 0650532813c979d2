package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.failure.UsageFailure;
import java.util.Set;

/** Refusals of values for which a DAG file has no inputs. */
final class DeclaredInputs {
    private DeclaredInputs() {}

    /** The file declares no inputs at all. */
    static UsageFailure none(String file) {
        return new UsageFailure(
                file + " declares no inputs, so it takes no --input and no --input-json: add `inputs:` to it.");
    }

    /** Refuses what the file does not declare. */
    static void check(String file, Set<String> declared, Set<String> wanted) {
        for (String name : wanted) {
            if (!declared.contains(name)) {
                throw new UsageFailure("%s declares no input `%s`; it takes %s."
                        .formatted(file, name, declared.isEmpty() ? "none" : String.join(", ", declared)));
            }
        }
    }
}
