package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Simulated agents beside the stack's own, for load. */
public final class SimulatedAgents {
    private SimulatedAgents() {}

    /**
     * The parameters of one process of simulated agents.
     *
     * @param name no two living ones share it
     * @param agents how many it is
     * @param types what each serves; the first names its pool, of several agents each of them in turn
     * @param slots how many tasks each takes at once
     * @param ledger its directory, which all of them may share
     * @param drain how long its tasks may take to end when it is stopped
     */
    public record Wanted(
            String name, int agents, List<String> types, int slots, String heap, Path ledger, Duration drain) {
        /** Copies the types. */
        public Wanted {
            types = List.copyOf(types);
        }
    }

    /** The program, of the running stack's own jars. */
    public static Program program(StackLayout layout, String apiUrl, Wanted wanted) throws IOException {
        return JavaProgram.agents(
                        wanted.name(),
                        wanted.heap(),
                        "simulated",
                        "--orchestrator",
                        apiUrl,
                        "--agents",
                        Integer.toString(wanted.agents()),
                        "--types",
                        String.join(",", wanted.types()),
                        "--max-concurrent-tasks",
                        Integer.toString(wanted.slots()),
                        "--ledger",
                        wanted.ledger().toString(),
                        "--drain",
                        wanted.drain().toString())
                .in(layout, Map.of());
    }
}
