package io.agentorchestrator.api.task;

import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.command.Changes;
import io.agentorchestrator.store.command.ChangeStore.ChangedByLabel;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Changes of tasks that have not ended. */
@RestController
@RequestMapping(path = "/v1/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskChangeController {
    private final Changes changes;
    private final TaskReadingController reading;

    TaskChangeController(Changes changes, TaskReadingController reading) {
        this.changes = changes;
        this.reading = reading;
    }

    /** Answers the new view. */
    @PatchMapping(path = "/{task_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    TaskView change(Caller caller, @PathVariable("task_id") String taskId, HttpServletRequest request) {
        changes.task(caller, taskId, request);
        return reading.task(caller, taskId, request);
    }

    /** Gives tasks of a label a priority. */
    @PostMapping(path = "/reprioritize", consumes = MediaType.APPLICATION_JSON_VALUE)
    ChangedByLabel reprioritize(Caller caller, HttpServletRequest request) {
        return changes.byLabel(caller, request);
    }
}
