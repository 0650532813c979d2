package io.agentorchestrator.api.queue;

import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.queue.QueueAnswers.QueueList;
import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.workflows.model.Limits;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What waits and what runs. */
@RestController
@RequestMapping(path = "/v1/queues", produces = MediaType.APPLICATION_JSON_VALUE)
class QueueController {
    private final ClusterLoadStore store;

    QueueController(ClusterLoadStore store) {
        this.store = store;
    }

    @GetMapping
    QueueList queues(Caller caller) {
        return QueueList.of(store.queues(caller.tenant(), Limits.MAX_COUNTED_TASKS));
    }
}
