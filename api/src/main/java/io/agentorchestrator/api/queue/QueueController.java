package io.agentorchestrator.api.queue;

import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.queue.QueueAnswers.QueueList;
import io.agentorchestrator.api.shedding.LoadShedding;
import io.agentorchestrator.store.fleet.ClusterLoadStore;
import io.agentorchestrator.workflows.model.Limits;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Route that counts what waits and what runs. */
@RestController
@RequestMapping(path = "/v1/queues", produces = MediaType.APPLICATION_JSON_VALUE)
class QueueController {
    private final ClusterLoadStore store;
    private final LoadShedding shedding;

    QueueController(ClusterLoadStore store, LoadShedding shedding) {
        this.store = store;
        this.shedding = shedding;
    }

    @GetMapping
    QueueList queues(Caller caller) {
        return QueueList.of(
                store.queues(caller.tenant(), Limits.MAX_COUNTED_TASKS),
                shedding.capacity(),
                shedding.capacity(caller.tenant()));
    }
}
