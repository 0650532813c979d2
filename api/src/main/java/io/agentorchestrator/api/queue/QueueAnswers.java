package io.agentorchestrator.api.queue;

import io.agentorchestrator.store.fleet.TenantQueue;
import io.agentorchestrator.store.fleet.TenantQueues;
import io.agentorchestrator.workflows.model.Priority;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;

/** What is answered about queues. */
final class QueueAnswers {
    private QueueAnswers() {}

    /** The queues that hold anything. */
    @Schema(name = "QueueList", description = "The queues that hold anything, by agent_type and priority.")
    record QueueList(
            List<QueueView> queues,

            @Schema(
                    description =
                            "Whether all tasks were counted. An installation may have more than can be looked at in time; the counts are too small then.")
            boolean complete) {
        QueueList {
            queues = List.copyOf(queues);
        }

        static QueueList of(TenantQueues found) {
            return new QueueList(found.queues().stream().map(QueueView::of).toList(), found.complete());
        }
    }

    /** One queue. */
    @Schema(name = "Queue", description = "The tenant's tasks of a type and priority.")
    record QueueView(
            @Schema(description = "The tasks' type.") String agentType,
            Priority priority,

            @Schema(
                    description =
                            "Tasks that wait for an agent, as the metric task_queue_depth counts them: neither those of paused DAGs, nor those between two attempts.")
            long depth,

            @Schema(description = "Tasks at agents.") long inFlight) {
        static QueueView of(TenantQueue queue) {
            return new QueueView(queue.taskType(), queue.priority(), queue.queued(), queue.running());
        }
    }
}
