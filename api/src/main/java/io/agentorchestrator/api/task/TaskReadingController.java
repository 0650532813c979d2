package io.agentorchestrator.api.task;

import io.agentorchestrator.api.body.AnswerMemory;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Cursor;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.caller.Parameters;
import io.agentorchestrator.api.caller.TakesParameters;
import io.agentorchestrator.api.problem.NotFound;
import io.agentorchestrator.api.task.TaskAnswers.TaskPage;
import io.agentorchestrator.api.waiting.WaitDiagnosis;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.api.workflow.Workflows;
import io.agentorchestrator.store.budget.CostStore;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.reading.TaskDetail;
import io.agentorchestrator.store.reading.TaskFacts;
import io.agentorchestrator.store.reading.TaskQuery;
import io.agentorchestrator.store.reading.TaskReader;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.TaskStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reading of tasks. */
@RestController
@RequestMapping(path = "/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskReadingController {
    private final AnswerMemory answers;
    private final TaskReader tasks;
    private final WaitDiagnosis waits;
    private final DeadlineRisks risks;
    private final CostStore costs;
    private final Workflows workflows;

    TaskReadingController(
            AnswerMemory answers,
            TaskReader tasks,
            WaitDiagnosis waits,
            DeadlineRisks risks,
            CostStore costs,
            Workflows workflows) {
        this.answers = answers;
        this.tasks = tasks;
        this.waits = waits;
        this.risks = risks;
        this.costs = costs;
        this.workflows = workflows;
    }

    @GetMapping("/{task_id}")
    TaskView task(Caller caller, @PathVariable("task_id") String taskId, HttpServletRequest request) {
        Optional<TaskDetail> found = Ids.parse(taskId).flatMap(id -> tasks.find(caller.tenant(), id));
        found.ifPresent(task ->
                answers.hold(request, AnswerMemory.length(task.payload()) + AnswerMemory.length(task.result())));
        return found.map(task -> TaskView.detail(
                        task,
                        waits.of(caller.tenant(), task),
                        risks.of(task.facts()),
                        SpendingFacts.of(costs, caller.tenant(), task.facts()),
                        workflow(task.facts())))
                .orElseThrow(() -> NotFound.task(taskId));
    }

    @GetMapping
    @TakesParameters({"status", "task_type", "priority", "dag_id", "agent_id", "label", "limit", "cursor"})
    TaskPage tasks(Caller caller, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        Set<TaskStatus> statuses = parameters.statuses("status", TaskStatus.class, TaskStatus::published);
        String type = parameters.taskType();
        Priority priority = parameters.oneOf("priority", Arrays.asList(Priority.values()));
        UUID dagId = parameters.id("dag_id");
        String agentId = parameters.text("agent_id");
        String labels = JsonDocument.write(parameters.labels());
        int limit = parameters.limit();
        String list = Arrays.asList("tasks", caller.tenant(), statuses, type, priority, dagId, agentId, labels)
                .toString();
        UUID before = parameters.cursor(list);
        parameters.throwIfAnyIsWrong();

        TaskQuery query =
                new TaskQuery(caller.tenant(), statuses, type, priority, dagId, agentId, labels, before, limit);
        Page<UUID, TaskView> page = tasks.list(query).map(task -> TaskView.summary(task, workflow(task)));
        answers.hold(request, page.items().size() * AnswerMemory.ITEM_BYTES);
        return new TaskPage(page.items(), Cursor.encode(page.next(), list));
    }

    private @Nullable WorkflowView workflow(TaskFacts task) {
        RunKey run = task.run();
        RunKind kind = task.dagId() == null ? RunKind.GROUP : RunKind.DAG;
        return run == null ? null : workflows.of(run, kind, hasStarted(task, run));
    }

    /** Tells whether the run has started, as far as the task shows it: in a further run, an earlier one may have started the task. */
    private static boolean hasStarted(TaskFacts task, RunKey run) {
        return task.status() == TaskStatus.RUNNING || (task.attemptStartedAt() != null && run.runNumber() == 1);
    }
}
