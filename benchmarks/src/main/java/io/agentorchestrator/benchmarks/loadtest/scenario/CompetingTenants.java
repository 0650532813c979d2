package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.Burst;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Repeated;
import io.agentorchestrator.benchmarks.loadtest.outcome.Audit;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.benchmarks.loadtest.workload.SameTasks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A queue of waiting tasks for each of some tenants, all of one kind and for the same agents: filled at first, and again whenever few are left. {@link #close} ends the filling; tasks stay until {@link #clear}.
 */
final class CompetingTenants implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int BATCH = 500;
    private static final int CLIENTS = 4;

    private final Target target;
    private final SameTasks tasks;
    private final List<TenantQueue> queues;
    private final Repeated keeper;

    /** One tenant's. */
    record TenantQueue(String tenant, double weight, long least, TaskLog log) {
        /**
         * An empty queue.
         *
         * @param least how many tasks shall wait at any time; up to twice as many do
         */
        TenantQueue(String tenant, double weight, long least) {
            this(tenant, weight, least, new TaskLog());
        }
    }

    /** Fills the queues. */
    CompetingTenants(Target target, SameTasks tasks, List<TenantQueue> queues) {
        this.target = target;
        this.tasks = tasks;
        this.queues = List.copyOf(queues);
        queues.forEach(queue -> add(queue, 2 * queue.least()));
        keeper = new Repeated("tenant-queues", LOOK_EVERY, this::look);
    }

    private void look() throws IOException, InterruptedException {
        for (TenantQueue queue : queues) {
            long waiting = target.tasks()
                    .ofTenant(queue.tenant())
                    .depth(List.of(tasks.taskType()))
                    .queued();
            if (waiting < queue.least()) {
                add(queue, 2 * queue.least() - waiting);
            }
        }
    }

    private void add(TenantQueue queue, long count) {
        List<Request> requests = new ArrayList<>();
        for (long left = count; left > 0; left -= BATCH) {
            requests.add(tasks.batch((int) Math.min(BATCH, left)).ofTenant(queue.tenant()));
        }
        Burst.Sent sent = Burst.offer(target.apiUrl(), requests, CLIENTS);
        // Of what is known of a task's beginning the latest: from here on it certainly waits.
        queue.log().add(sent.tasks(), TaskLog.micros(Instant.now()), 0);
    }

    List<TenantQueue> queues() {
        return queues;
    }

    /** Fills no more, and cancels what waits; returns what became of each tenant's tasks, in the order of the queues. */
    List<Audit> clear() throws IOException, InterruptedException {
        close();
        List<Audit> audits = new ArrayList<>();
        for (TenantQueue queue : queues) {
            audits.add(Clearing.clear(target, queue.tenant(), tasks.taskType(), queue.log(), Duration.ZERO));
        }
        return audits;
    }

    @Override
    public void close() {
        keeper.close();
    }
}
