package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.chaos.Acknowledged.Accepted;
import io.agentorchestrator.cli.chaos.Audit.Share;
import io.agentorchestrator.cli.chaos.Client.Requests;
import io.agentorchestrator.cli.chaos.Killer.Victim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The figures of a crash test, as its block of text.
 *
 * @param crashes how often a task crashed its agent
 * @param results tasks with two recorded results
 * @param effects effects that happened more than once
 */
record Figures(
        long seed,
        Duration took,
        Requests requests,
        Map<Victim, Integer> kills,
        int crashes,
        Audit audit,
        Map<String, Accepted> accepted,
        DeadLetters deadLetters,
        long results,
        long effects) {
    /** How attempts end that their own task spoils, beside crashes and slow tails. */
    private static final List<String> SPOILED = List.of("SIMULATED_FAILURE", "DOOMED", "INVALID_RESULT", "TIMEOUT");

    List<String> lines() {
        Map<String, Long> ends = audit.attemptsByEnd();
        long attempts = ends.values().stream().mapToLong(Long::longValue).sum();
        long spoiled =
                SPOILED.stream().mapToLong(code -> ends.getOrDefault(code, 0L)).sum() + audit.slowTails() + crashes;
        List<String> lines = new ArrayList<>();
        lines.add("crash test, seed " + seed + ", " + took.toSeconds() + " s");
        add(lines, "killed (SIGKILL)", perVictim() + "; agents crashed by tasks " + crashes);
        add(
                lines,
                "requests",
                "%d sent, %d answered with 503 or 429, %d not answered; each repeated until acknowledged"
                        .formatted(requests.sent(), requests.unavailable(), requests.broken()));
        add(lines, "acknowledged tasks", accepted.size() + " (" + perKind() + ")");
        for (String status : List.of("COMPLETED", "FAILED", "CANCELLED")) {
            add(lines, status, Long.toString(audit.count(status)));
        }
        add(lines, "lost", Integer.toString(audit.lost()));
        add(
                lines,
                "open dead letters",
                deadLetters.listed().size() + ", in the stream "
                        + deadLetters.streamed().size());
        add(lines, "tasks with two results", Long.toString(results));
        add(lines, "effects done twice", Long.toString(effects));
        add(
                lines,
                "completed, of those whose parents completed",
                audit.eligible().toString());
        add(lines, "attempts", attempts + ", tasks that took more than one " + audit.retried());
        add(
                lines,
                "attempts that ended badly",
                new Share(attempts - ends.getOrDefault("COMPLETED", 0L), attempts).toString());
        add(
                lines,
                "error, hang, crash, slow tail or garbage",
                new Share(spoiled, attempts) + ", the rest lost their agent to SIGKILL or to a neighbour's crash");
        add(lines, "attempts by end", ends + ", slow tails among COMPLETED " + audit.slowTails());
        return lines;
    }

    private static void add(List<String> lines, String name, String value) {
        lines.add("  %-45s %s".formatted(name, value));
    }

    private String perVictim() {
        return kills.entrySet().stream()
                .map(kill -> kill.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + kill.getValue())
                .collect(Collectors.joining(", "));
    }

    private String perKind() {
        return accepted.values().stream()
                .collect(Collectors.groupingBy(
                        each -> each.submission().kind(), java.util.TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(kind -> kind.getValue()
                        + switch (kind.getKey()) {
                            case TASK -> " single";
                            case BATCH -> " in batches";
                            case DAG -> " in DAGs";
                        })
                .collect(Collectors.joining(", "));
    }
}
