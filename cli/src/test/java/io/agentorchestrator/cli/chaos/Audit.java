package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.LedgerFile;
import io.agentorchestrator.cli.RealStack;
import io.agentorchestrator.cli.chaos.Acknowledged.Accepted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What came of everything that was acknowledged, and whatever of it must not be. */
final class Audit {
    private static final Set<String> UPSTREAM = Set.of("UPSTREAM_FAILED", "UPSTREAM_CANCELLED");

    private final Map<String, Accepted> accepted;
    private final Map<String, JsonNode> found;
    private final List<String> violations = new ArrayList<>();

    /** @param found each task as the API tells it, with its attempts; absent where the API knows none */
    Audit(Map<String, Accepted> accepted, Map<String, JsonNode> found) {
        this.accepted = accepted;
        this.found = found;
    }

    /** What must not be; nothing if all is well. */
    List<String> violations() {
        return violations;
    }

    int lost() {
        return accepted.size() - found.size();
    }

    long count(String status) {
        return found.values().stream()
                .filter(task -> status(task).equals(status))
                .count();
    }

    private static String status(JsonNode task) {
        return task.path("status").asString("none");
    }

    private String statusOf(String id) {
        JsonNode task = found.get(id);
        return task == null ? "none" : status(task);
    }

    void checkEnds() {
        for (String id : accepted.keySet()) {
            switch (statusOf(id)) {
                case "COMPLETED", "FAILED" -> {}
                case "CANCELLED" -> {
                    if (!isDownstreamOfFailure(id, new HashSet<>())) {
                        violations.add("cancelled though no parent failed: " + found.get(id));
                    }
                }
                case "none" ->
                    violations.add(
                            "lost: " + id + " of " + accepted(id).submission().key());
                default -> violations.add("not ended: " + found.get(id));
            }
        }
    }

    private Accepted accepted(String id) {
        Accepted one = accepted.get(id);
        if (one == null) {
            throw new IllegalArgumentException(id + " was never acknowledged");
        }
        return one;
    }

    private boolean isDownstreamOfFailure(String id, Set<String> seen) {
        if (statusOf(id).equals("FAILED")) {
            return true;
        }
        if (!statusOf(id).equals("CANCELLED") || !seen.add(id)) {
            return false;
        }
        String code = found.get(id).at("/error/code").asString("");
        if (UPSTREAM.contains(code)) {
            return accepted(id).parents().stream().anyMatch(parent -> isDownstreamOfFailure(parent, seen));
        }
        Submission submission = accepted(id).submission();
        return code.equals("DAG_FAILED")
                && "FAIL_FAST".equals(submission.onFailure())
                && siblings(submission).anyMatch(each -> isDownstreamOfFailure(each.id(), seen));
    }

    private Stream<Accepted> siblings(Submission submission) {
        return accepted.values().stream().filter(each -> each.submission().key().equals(submission.key()));
    }

    /** Each failed task has one open dead letter, and nothing else has one. */
    void checkDeadLetters(DeadLetters deadLetters) {
        List<String> failed = found.entrySet().stream()
                .filter(task -> status(task.getValue()).equals("FAILED"))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        compare("listed by the API", deadLetters.listed(), failed);
        compare("in the stream", deadLetters.streamed(), failed);
    }

    private void compare(String where, List<String> entries, List<String> failed) {
        List<String> sorted = entries.stream().sorted().toList();
        if (!sorted.equals(failed)) {
            violations.add("dead letters " + where + " are of " + sorted + ", tasks that failed are " + failed);
        }
    }

    /** Tasks with two results. */
    long checkResults() {
        List<String> doubled = found.entrySet().stream()
                .filter(task -> attempts(task.getValue())
                                .filter(attempt ->
                                        attempt.path("outcome").asString("").equals("COMPLETED"))
                                .count()
                        > 1)
                .map(Map.Entry::getKey)
                .toList();
        doubled.forEach(id -> violations.add("two recorded results: " + found.get(id)));
        return doubled.size();
    }

    /** Effects that happened more than once. */
    long checkEffects(LedgerFile ledger) throws Exception {
        Map<String, Long> effects = ledger.effects();
        List<String> doubled = effects.entrySet().stream()
                .filter(effect -> effect.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
        doubled.forEach(id -> violations.add("a doubled effect: " + found.get(id)));
        for (Accepted task : accepted.values()) {
            boolean due = task.planned().hasEffect() && statusOf(task.id()).equals("COMPLETED");
            if (due && !ledger.hasEffect(task.id())) {
                violations.add("completed without its effect: " + found.get(task.id()));
            }
        }
        return doubled.size();
    }

    /** Tasks whose parents completed, and how many of them completed. */
    Share eligible() {
        List<Accepted> eligible = accepted.values().stream()
                .filter(task -> task.parents().stream()
                        .allMatch(parent -> statusOf(parent).equals("COMPLETED")))
                .toList();
        return new Share(
                eligible.stream()
                        .filter(task -> statusOf(task.id()).equals("COMPLETED"))
                        .count(),
                eligible.size());
    }

    /** A part of a whole. */
    record Share(long part, long whole) {
        double percent() {
            return whole == 0 ? 0 : 100.0 * part / whole;
        }

        @Override
        public String toString() {
            return "%d of %d (%.2f %%)".formatted(part, whole, percent());
        }
    }

    /** How often attempts ended in what way: COMPLETED, or the code of the error. */
    Map<String, Long> attemptsByEnd() {
        return found.values().stream()
                .flatMap(Audit::attempts)
                .collect(Collectors.groupingBy(
                        attempt -> attempt.at("/error/code")
                                .asString(attempt.path("outcome").asString("UNKNOWN")),
                        TreeMap::new,
                        Collectors.counting()));
    }

    /** Tasks that took more than one attempt. */
    long retried() {
        return found.values().stream()
                .filter(task -> attempts(task).count() > 1)
                .count();
    }

    /** Attempts that completed after ten times their sleep. */
    long slowTails() {
        return accepted.values().stream()
                .filter(task -> statusOf(task.id()).equals("COMPLETED"))
                .filter(task -> {
                    JsonNode result = found.get(task.id()).path("result");
                    return result.path("slept_ms").asLong(0)
                                    + result.path("resumed_from_ms").asLong(0)
                            > task.planned().sleepMillis();
                })
                .count();
    }

    private static Stream<JsonNode> attempts(JsonNode task) {
        return task.path("attempts").valueStream();
    }

    /** The tasks as the API tells them, with their attempts. */
    static Map<String, JsonNode> read(RealStack stack, Set<String> ids) {
        Map<String, JsonNode> found = Collections.synchronizedMap(new TreeMap<>());
        ids.parallelStream().forEach(id -> {
            try {
                RealStack.ApiAnswer answer = stack.find("/v1/tasks/" + id);
                if (answer.status() == 200) {
                    found.put(id, answer.body());
                }
            } catch (Exception e) {
                throw new AssertionError("task " + id + " cannot be read", e);
            }
        });
        return found;
    }
}
