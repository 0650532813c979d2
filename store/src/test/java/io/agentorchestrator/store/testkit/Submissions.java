package io.agentorchestrator.store.testkit;

import io.agentorchestrator.store.submission.BudgetTerms;
import io.agentorchestrator.store.submission.NewDag;
import io.agentorchestrator.store.submission.NewTask;
import io.agentorchestrator.store.submission.Origin;
import io.agentorchestrator.store.submission.Scheduling;
import io.agentorchestrator.store.submission.Submission;
import io.agentorchestrator.store.submission.SubmissionStore;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.OnFailure;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RetryPolicy;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.Uuid7;
import io.agentorchestrator.workflows.plan.Plan;
import io.agentorchestrator.workflows.plan.PlanCodec;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Puts tasks and DAGs into a test's store, as admission would. */
public final class Submissions {
    private static final Origin ORIGIN = new Origin("default", "test", "local", null, null);

    private final SubmissionStore store;
    private final Uuid7 ids = new Uuid7(Clock.systemUTC());
    private Scheduling scheduling = Scheduling.PLAIN;
    private BudgetTerms dagBudget = BudgetTerms.NONE;

    public Submissions(DataSource dataSource) {
        this.store = new SubmissionStore(dataSource);
    }

    /** Has what comes next scheduled by these rules. */
    public Submissions with(Scheduling next) {
        scheduling = next;
        return this;
    }

    /** Gives DAGs that come next this budget. */
    public Submissions withDagBudget(BudgetTerms next) {
        dagBudget = next;
        return this;
    }

    /** A standalone task without payload. */
    public UUID task(String type, Priority priority) {
        return task(type, priority, List.of());
    }

    /** A standalone task without payload that waits for these. */
    public UUID task(String type, Priority priority, List<UUID> dependencies) {
        return insert(newTask(null, type, priority, "{}", false, dependencies, null));
    }

    /** A standalone task of type {@code t} that waits for these, with a deadline, which may have passed. */
    public UUID taskWithDeadline(Instant deadline, UUID... dependencies) {
        return insert(newTask(null, "t", Priority.NORMAL, "{}", false, List.of(dependencies), deadline));
    }

    private UUID insert(NewTask task) {
        store.insert(List.of(
                new Submission(ORIGIN, null, List.of(task), Clock.systemUTC().instant())));
        return task.taskId();
    }

    /** A DAG of nodes of one type; a payload that holds a {@code $} counts as one with templates. */
    public RunKey dag(OnFailure onFailure, String inputs, Node... nodes) {
        return dag(onFailure, inputs, Map.of(), nodes);
    }

    /** A DAG of which some nodes, by key, wait for tasks submitted before. */
    public RunKey dag(OnFailure onFailure, String inputs, Map<String, List<UUID>> dependencies, Node... nodes) {
        return insert(List.of(newDag(onFailure, inputs, dependencies, Map.of(), null, nodes)))
                .getFirst();
    }

    /**
     * A DAG with deadlines, which may have passed.
     *
     * @param deadline of the DAG
     * @param deadlines of nodes, by key
     */
    public RunKey dagWithDeadlines(
            OnFailure onFailure, @Nullable Instant deadline, Map<String, Instant> deadlines, Node... nodes) {
        return insert(List.of(newDag(onFailure, "{}", Map.of(), deadlines, deadline, nodes)))
                .getFirst();
    }

    /** Many equal DAGs in one commit. */
    public List<RunKey> dags(int count, OnFailure onFailure, Node... nodes) {
        List<Submission> submitted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            submitted.add(newDag(onFailure, "{}", Map.of(), Map.of(), null, nodes));
        }
        return insert(submitted);
    }

    private List<RunKey> insert(List<Submission> dags) {
        store.insert(dags);
        return dags.stream()
                .map(Submission::dag)
                .filter(Objects::nonNull)
                .map(dag -> new RunKey(dag.dagId(), 1))
                .toList();
    }

    private Submission newDag(
            OnFailure onFailure,
            String inputs,
            Map<String, List<UUID>> dependencies,
            Map<String, Instant> deadlines,
            @Nullable Instant deadline,
            Node... nodes) {
        List<NewTask> tasks = new ArrayList<>();
        int[][] parents = new int[nodes.length][];
        UUID dagId = ids.next();
        for (int i = 0; i < nodes.length; i++) {
            Node node = nodes[i];
            tasks.add(newTask(
                    node.key(),
                    node.type(),
                    Priority.NORMAL,
                    node.payload(),
                    node.payload().contains("$"),
                    dependencies.getOrDefault(node.key(), List.of()),
                    deadlines.get(node.key())));
            parents[i] = Arrays.stream(node.dependsOn())
                    .mapToInt(key -> indexOf(nodes, key))
                    .sorted()
                    .toArray();
        }
        byte[] priorities = new byte[nodes.length];
        Arrays.fill(priorities, (byte) Priority.NORMAL.key());
        float[] complexities = new float[nodes.length];
        Arrays.fill(complexities, 1);
        Plan plan = new Plan(
                onFailure, parents, priorities, complexities, new int[nodes.length], List.of(RetryPolicy.DEFAULT));
        NewDag dag = new NewDag(
                dagId,
                "test",
                onFailure,
                Priority.NORMAL,
                "{}",
                inputs,
                PlanCodec.encode(plan),
                Arrays.stream(parents).mapToInt(of -> of.length).toArray(),
                List.of(nodes[0].key()),
                1.0,
                null,
                new int[nodes.length],
                deadline,
                dagBudget);
        return new Submission(ORIGIN, dag, tasks, Clock.systemUTC().instant());
    }

    private NewTask newTask(
            @Nullable String key,
            String type,
            Priority priority,
            String payload,
            boolean templates,
            List<UUID> dependencies,
            @Nullable Instant deadline) {
        return new NewTask(
                ids.next(),
                key,
                type,
                payload,
                templates,
                priority,
                1.0,
                Limits.DEFAULT_TIMEOUT,
                RetryPolicy.DEFAULT,
                "{}",
                dependencies,
                deadline,
                scheduling);
    }

    private static int indexOf(Node[] nodes, String key) {
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i].key().equals(key)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no node " + key);
    }

    /** A task of a DAG. */
    public record Node(String key, String type, String payload, String... dependsOn) {
        public static Node of(String key, String... dependsOn) {
            return new Node(key, "t", "{}", dependsOn);
        }
    }
}
