package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.text.VisibleText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Agents that run something and are not heard of: what the API knows of them, for those who wait.
 *
 * @param clock tells how long they have been silent
 */
public record SilentAgents(Clock clock) {
    /** Agents that are told of at most. */
    static final int MAX_TOLD = 10;

    /** Connections that are well, or of which nobody has told yet. */
    private static final Set<String> WELL = Set.of("CONNECTED", "NOT_TRIED", "");

    private static final String THEN =
            " What runs there goes on if it comes back, else at another agent: 90 s, its lease, after workers lost it, or sooner if its process is dead.";

    /** The agents at which something runs, of a DAG or a task that was read so. */
    public static Set<String> atWork(RunView run) {
        return run.tasks().stream()
                .map(ShownTask::told)
                .filter(task -> task.status().equals("RUNNING") && task.agentId() != null)
                .map(task -> String.valueOf(task.agentId()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A line for each of them that is silent, {@link #MAX_TOLD} at most. */
    public List<String> lines(Set<String> atWork, List<Answers.Agent> registered) {
        Map<String, Answers.Agent> known = registered.stream()
                .collect(Collectors.toMap(Answers.Agent::agentId, Function.identity(), (first, same) -> first));
        List<String> lines = new ArrayList<>();
        for (String name : atWork) {
            Answers.Agent agent = known.get(name);
            if (agent != null && isSilent(agent)) {
                lines.add(line(agent));
            }
        }
        return lines.size() <= MAX_TOLD ? lines : lines.subList(0, MAX_TOLD);
    }

    private static boolean isSilent(Answers.Agent agent) {
        return agent.state().equals("LOST") || !WELL.contains(agent.connection().state());
    }

    private String line(Answers.Agent agent) {
        String name = "Agent " + VisibleText.of(agent.agentId());
        Instant heard = Words.instant(agent.lastHeartbeatAt());
        if (!agent.state().equals("LOST") || heard == null) {
            String detail = agent.connection().detail();
            return name + " runs, but workers cannot speak to it ("
                    + agent.connection().state() + (detail == null ? ")." : ": " + VisibleText.of(detail) + ").")
                    + THEN;
        }
        Duration silent = Words.between(heard, null, clock.instant());
        return name + " has not been heard of for " + Words.of(silent) + ", since " + heard + "." + THEN;
    }
}
