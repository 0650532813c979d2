package io.agentorchestrator.api.queue;

import io.agentorchestrator.store.fleet.TenantQueue;
import io.agentorchestrator.store.fleet.TenantQueues;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the queue routes. */
final class QueueAnswers {
    private QueueAnswers() {}

    /** The queues that hold anything. */
    record QueueList(List<QueueView> queues, boolean complete) {
        QueueList {
            queues = List.copyOf(queues);
        }

        static QueueList of(TenantQueues found) {
            return new QueueList(found.queues().stream().map(QueueView::of).toList(), found.complete());
        }
    }

    /** One queue. */
    record QueueView(
            String agentType,
            Priority priority,
            long depth,
            long inFlight,
            @Nullable Instant oldestWaitingSince,
            long slots,
            long slotsInUse) {
        static QueueView of(TenantQueue queue) {
            return new QueueView(
                    queue.taskType(),
                    queue.priority(),
                    queue.queued(),
                    queue.running(),
                    queue.oldestWaitingSince(),
                    queue.slots(),
                    queue.slotsInUse());
        }
    }
}
