package io.agentorchestrator.api.dag;

import io.agentorchestrator.api.body.AnswerMemory;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.caller.Cursor;
import io.agentorchestrator.api.caller.Ids;
import io.agentorchestrator.api.caller.Parameters;
import io.agentorchestrator.api.caller.TakesParameters;
import io.agentorchestrator.api.dag.DagAnswers.DagPage;
import io.agentorchestrator.api.problem.NotFound;
import io.agentorchestrator.api.task.SpendingFacts;
import io.agentorchestrator.api.waiting.WaitDiagnosis;
import io.agentorchestrator.api.workflow.WorkflowView;
import io.agentorchestrator.api.workflow.Workflows;
import io.agentorchestrator.store.budget.CostStore;
import io.agentorchestrator.store.page.Page;
import io.agentorchestrator.store.reading.DagDetail;
import io.agentorchestrator.store.reading.DagFacts;
import io.agentorchestrator.store.reading.DagQuery;
import io.agentorchestrator.store.reading.DagReader;
import io.agentorchestrator.workflows.model.Limits;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import io.agentorchestrator.workflows.model.RunStatus;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reading of DAGs. */
@RestController
@RequestMapping(path = "/v1/dags", produces = MediaType.APPLICATION_JSON_VALUE)
class DagReadingController {
    private final AnswerMemory answers;
    private final DagReader dags;
    private final DagForecasts forecasts;
    private final WaitDiagnosis waits;
    private final CostStore costs;
    private final Workflows workflows;

    DagReadingController(
            AnswerMemory answers,
            DagReader dags,
            DagForecasts forecasts,
            WaitDiagnosis waits,
            CostStore costs,
            Workflows workflows) {
        this.answers = answers;
        this.dags = dags;
        this.forecasts = forecasts;
        this.waits = waits;
        this.costs = costs;
        this.workflows = workflows;
    }

    @GetMapping("/{dag_id}")
    DagView dag(Caller caller, @PathVariable("dag_id") String dagId, HttpServletRequest request) {
        Optional<DagDetail> found = Ids.parse(dagId).flatMap(id -> dags.find(caller.tenant(), id));
        found.ifPresent(dag -> answers.hold(
                request,
                dag.inputs().length()
                        + dag.tasks().stream()
                                .mapToLong(task -> AnswerMemory.ITEM_BYTES + AnswerMemory.length(task.result()))
                                .sum()));
        return found.map(dag -> DagView.of(
                        dag,
                        forecasts.of(caller.tenant(), dag),
                        waits.of(caller.tenant(), dag),
                        SpendingFacts.of(costs.budget(dag.facts().dagId()).orElse(null), null),
                        workflow(dag.facts())))
                .orElseThrow(() -> NotFound.dag(dagId));
    }

    @GetMapping
    @TakesParameters({"status", "name", "label", "limit", "cursor"})
    DagPage dags(Caller caller, HttpServletRequest request) {
        Parameters parameters = new Parameters(request);
        Set<RunStatus> statuses = parameters.statuses("status", RunStatus.class, RunStatus::published);
        String name = parameters.text("name", Limits.MAX_NAME_LENGTH);
        String labels = JsonDocument.write(parameters.labels());
        int limit = parameters.limit();
        String list =
                Arrays.asList("dags", caller.tenant(), statuses, name, labels).toString();
        UUID before = parameters.cursor(list);
        parameters.throwIfAnyIsWrong();

        Page<UUID, DagSummary> page = dags.list(new DagQuery(caller.tenant(), statuses, name, labels, before, limit))
                .map(dag -> DagSummary.of(dag, workflow(dag)));
        answers.hold(request, page.items().size() * AnswerMemory.ITEM_BYTES);
        return new DagPage(page.items(), Cursor.encode(page.next(), list));
    }

    private WorkflowView workflow(DagFacts dag) {
        return workflows.of(new RunKey(dag.dagId(), dag.runNumber()), RunKind.DAG, dag.startedAt() != null);
    }
}
