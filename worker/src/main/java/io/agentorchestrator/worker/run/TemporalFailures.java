package io.agentorchestrator.worker.run;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.api.errordetails.v1.NotFoundFailure;
import io.temporal.serviceclient.StatusUtils;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** From what a call to Temporal threw to a reply. */
final class TemporalFailures {
    private TemporalFailures() {}

    /** @throws RuntimeException the same, where nothing came from Temporal: it is no outage but a mistake of ours */
    static DeliveryResult reply(RuntimeException thrown) {
        StatusRuntimeException failure = status(thrown);
        if (failure == null && thrown instanceof CancellationException) {
            return new DeliveryResult.Away(
                    String.valueOf(thrown)); // our thread was interrupted while it waited for an answer
        }
        if (failure == null) {
            throw thrown;
        }
        String why = String.valueOf(failure.getMessage());
        return switch (failure.getStatus().getCode()) {
            case NOT_FOUND ->
                speaksOfTheWorkflow(failure) ? new DeliveryResult.NotFound() : new DeliveryResult.Away(why);
            case INVALID_ARGUMENT -> new DeliveryResult.Refused(why);
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    DEADLINE_EXCEEDED,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    FAILED_PRECONDITION,
                    ABORTED,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAVAILABLE,
                    DATA_LOSS,
                    UNAUTHENTICATED -> new DeliveryResult.Away(why);
        };
    }

    /** Not found can be the workflow; or the namespace; or both, in a cluster that is not the active one. */
    private static boolean speaksOfTheWorkflow(StatusRuntimeException failure) {
        if (StatusUtils.hasFailure(failure, NamespaceNotFoundFailure.class)) {
            return false;
        }
        NotFoundFailure details = StatusUtils.getFailure(failure, NotFoundFailure.class);
        return details == null
                || details.getActiveCluster().isEmpty()
                || details.getActiveCluster().equals(details.getCurrentCluster());
    }

    private static @Nullable StatusRuntimeException status(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof StatusRuntimeException failure) {
                return failure;
            }
        }
        return null;
    }

    /** Tells whether the server does not offer a call, or not to us. */
    static boolean isRefusal(StatusRuntimeException failure) {
        Status.Code code = failure.getStatus().getCode();
        return code == Status.Code.UNIMPLEMENTED
                || code == Status.Code.PERMISSION_DENIED
                || code == Status.Code.UNAUTHENTICATED;
    }
}
