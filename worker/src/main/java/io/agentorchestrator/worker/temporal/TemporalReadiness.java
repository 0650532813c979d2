package io.agentorchestrator.worker.temporal;

import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.WorkerFactory;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/** Checks that Temporal answers and is new enough (before 1.31 task queues have no priority), and our workers have started. */
final class TemporalReadiness implements HealthIndicator {
    private static final int MIN_MAJOR = 1;
    private static final int MIN_MINOR = 31;
    private static final int PATIENCE_MILLIS = 2_000;

    private final WorkflowServiceStubs stubs;
    private final WorkerFactory workers;

    TemporalReadiness(WorkflowServiceStubs stubs, WorkerFactory workers) {
        this.stubs = stubs;
        this.workers = workers;
    }

    @Override
    public Health health() {
        try {
            String version = stubs.blockingStub()
                    .withDeadlineAfter(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .getSystemInfo(GetSystemInfoRequest.getDefaultInstance())
                    .getServerVersion();
            if (!workers.isStarted()) {
                return Health.down()
                        .withDetail("serverVersion", version)
                        .withDetail("reason", "the workers have not started yet; the log says why if they do not soon")
                        .build();
            }
            if (isNewEnough(version)) {
                return Health.up().withDetail("serverVersion", version).build();
            }
            return Health.down()
                    .withDetail("serverVersion", version)
                    .withDetail("reason", "Temporal server 1.31 or newer is needed, for priority in task queues")
                    .build();
        } catch (StatusRuntimeException away) {
            return Health.down(away).build();
        }
    }

    static boolean isNewEnough(String version) {
        String[] parts = version.split("[.-]", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            int minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
            return major > MIN_MAJOR || (major == MIN_MAJOR && minor >= MIN_MINOR);
        } catch (NumberFormatException notAVersion) {
            return false;
        }
    }
}
