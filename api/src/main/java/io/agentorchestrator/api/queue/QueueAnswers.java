package io.agentorchestrator.api.queue;

import io.agentorchestrator.api.shedding.Capacity;
import io.agentorchestrator.store.fleet.TenantQueue;
import io.agentorchestrator.store.fleet.TenantQueues;
import io.agentorchestrator.workflows.model.Priority;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of the queue routes. */
final class QueueAnswers {
    private QueueAnswers() {}

    /**
     * The queues that hold anything.
     *
     * @param shedding whether a task of the caller's that is not CRITICAL is refused now
     * @param capacity of the installation
     * @param tenantCapacity of the caller's tenant
     */
    record QueueList(
            List<QueueView> queues, boolean complete, boolean shedding, Capacity capacity, Capacity tenantCapacity) {
        QueueList {
            queues = List.copyOf(queues);
        }

        static QueueList of(TenantQueues found, Capacity capacity, Capacity ofTenant) {
            return new QueueList(
                    found.queues().stream().map(QueueView::of).toList(),
                    found.complete(),
                    capacity.shedding() || ofTenant.shedding(),
                    capacity,
                    ofTenant);
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
