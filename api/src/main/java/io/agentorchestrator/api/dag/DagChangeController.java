package io.agentorchestrator.api.dag;

import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.command.Changes;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Changes of DAGs that have not ended. */
@RestController
@RequestMapping(path = "/v1/dags", produces = MediaType.APPLICATION_JSON_VALUE)
class DagChangeController {
    private final Changes changes;
    private final DagReadingController reading;

    DagChangeController(Changes changes, DagReadingController reading) {
        this.changes = changes;
        this.reading = reading;
    }

    /** Answers the new view. */
    @PatchMapping(path = "/{dag_id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    DagView change(Caller caller, @PathVariable("dag_id") String dagId, HttpServletRequest request) {
        changes.dag(caller, dagId, request);
        return reading.dag(caller, dagId, request);
    }
}
