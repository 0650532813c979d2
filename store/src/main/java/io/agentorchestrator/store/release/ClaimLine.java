package io.agentorchestrator.store.release;

import io.agentorchestrator.store.release.Candidates.Candidate;
import io.agentorchestrator.store.release.Candidates.TenantLook;
import io.agentorchestrator.workflows.release.ClaimOrder;
import io.agentorchestrator.workflows.release.FairShares;
import io.agentorchestrator.workflows.release.TaskClass;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Lines up what a claim may take. What leaves in any case is in line as it was read. Only where agents cannot have all of it, the first of those tenants
 * are read that have used least, and what is due first: whoever has queued most hides neither. Thread-safe.
 */
final class ClaimLine {
    /** Tenants that a claim looks at beside the best of all: those of the lowest load. */
    private static final int MAX_TENANTS = 64;
    /** Tasks that are looked at of each of these at least, where there is room for them. */
    private static final int MIN_LOOK = 4;
    /** All together so many times as there is room for. */
    private static final int LOOKS_IN_ROOM = 4;
    /** Tenants in lines that a claim looks at, of one class. */
    private static final int MAX_LOOKS = 256;

    private final JdbcClient client;
    private final Candidates candidates;

    ClaimLine(JdbcClient client, Candidates candidates) {
        this.client = client;
        this.candidates = candidates;
    }

    /**
     * The tasks that a claim wants.
     *
     * @param classes in which tasks may be taken
     * @param room tasks of each class that its agents have room for
     * @param now by the clock of the database, which ranks go by
     * @param allowed runs that may be started
     */
    record Wanted(WaitingClasses classes, Map<TaskClass, Integer> room, Instant now, BacklogStore.Starts allowed) {}

    /**
     * Lines up.
     *
     * @param best of each class by rank
     */
    Line of(Wanted wanted, List<Candidate> best, ClaimPolicy policy) {
        WaitingClasses classes = wanted.classes();
        Map<TaskClass, Integer> room = wanted.room();
        Contenders contenders = policy.contenders();
        Map<UUID, Candidate> all = new LinkedHashMap<>();
        best.forEach(task -> all.put(task.taskId(), task));
        FairShares shares = contenders.shares();
        int least = best.stream()
                .mapToInt(task -> room.getOrDefault(task.tasks(), 0))
                .min()
                .orElse(0);
        // What waited at the last look for contenders may have left, or its runs may be paused.
        if (!best.isEmpty() && best.size() >= least) {
            if (contenders.anyDue()) {
                long last = best.getFirst().rank().millis()
                        + contenders.ageing().equal().toMillis();
                candidates
                        .due(classes, last, dueInEach(room, classes.lines().size()), wanted.allowed())
                        .forEach(task -> all.put(task.taskId(), task));
            }
            Set<String> tenants = contenders.tenants(
                    room.keySet().stream().map(TaskClass::taskType).toList());
            if (tenants.size() > 1) {
                addOutstanding(shares, policy);
                candidates
                        .ofTenants(
                                classes, looks(classes, tenants, room, shares, policy.contenders()), wanted.allowed())
                        .forEach(task -> all.put(task.taskId(), task));
            }
        }
        return new Line(
                List.copyOf(all.values()),
                new ClaimOrder<>(
                        all.values().stream().map(Candidate::turn).toList(),
                        shares,
                        contenders.ageing(),
                        wanted.now()));
    }

    /** Candidates, and the order in which they leave. */
    record Line(List<Candidate> candidates, ClaimOrder<Candidate> order) {}

    /** As many as there is room for; where there are many lines, fewer of each. */
    private static int dueInEach(Map<TaskClass, Integer> room, int lines) {
        int most = room.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return Math.min(most, Math.max(MIN_LOOK, LOOKS_IN_ROOM * most / lines));
    }

    /** A few of each, and all that there is room for where few wait; of each class the tenants of the lowest load first. */
    private static List<TenantLook> looks(
            WaitingClasses classes,
            Set<String> tenants,
            Map<TaskClass, Integer> room,
            FairShares shares,
            Contenders contenders) {
        List<String> lowest = tenants.stream()
                .sorted(Comparator.comparingDouble(shares::load).thenComparing(Comparator.naturalOrder()))
                .limit(MAX_TENANTS)
                .toList();
        List<WaitingClasses.Line> lines = classes.lines();
        List<Set<String>> waiting = lines.stream()
                .map(line -> Set.copyOf(contenders.tenantsByLine().getOrDefault(line.ofAll(), List.of())))
                .toList();
        Map<TaskClass, Integer> looksOf = new HashMap<>();
        List<TenantLook> looks = new ArrayList<>();
        for (String tenant : lowest) {
            for (int at = 0; at < lines.size(); at++) {
                TaskClass tasks = lines.get(at).tasks();
                if (waiting.get(at).contains(tenant)
                        && classes.has(tasks, tenant)
                        && looksOf.merge(tasks, 1, Integer::sum) <= MAX_LOOKS) {
                    int fits = room.getOrDefault(tasks, 0);
                    int most = Math.min(fits, Math.max(MIN_LOOK, LOOKS_IN_ROOM * fits / lowest.size()));
                    looks.add(new TenantLook(at + 1L, tenant, most));
                }
            }
        }
        return looks;
    }

    /** Counts what is out and will be used, though it is not known yet. */
    private void addOutstanding(FairShares shares, ClaimPolicy policy) {
        client.sql("""
                select tenant, task_type, count(*) from task_state
                where status in ('RELEASED', 'DISPATCHED', 'RUNNING') group by tenant, task_type
                """).query(row -> {
            String tenant = row.getString(1);
            TaskClass tasks = policy.classes().of(row.getString(2), tenant);
            shares.add(tenant, row.getInt(3) * policy.expectedSeconds(tasks));
        });
    }
}
