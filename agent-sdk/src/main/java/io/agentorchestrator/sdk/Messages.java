package io.agentorchestrator.sdk;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Accepted;
import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Load;
import io.agentorchestrator.protocol.v1.Preempt;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.Refused;
import io.agentorchestrator.protocol.v1.Result;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.Unknown;
import io.agentorchestrator.protocol.v1.Usage;
import java.time.Duration;

/** The words of an agent, within the protocol's limits. */
final class Messages {
    private Messages() {}

    /** The grace of a message, within bounds; one that says none gives none. */
    static Duration grace(Preempt preempt) {
        long seconds = Math.clamp(preempt.getGrace().getSeconds(), 0, SdkLimits.DURATION_MAX.toSeconds());
        return Duration.ofSeconds(seconds, Math.max(0, preempt.getGrace().getNanos()));
    }

    static FromAgent accepted(TaskRef ref) {
        return FromAgent.newBuilder()
                .setAccepted(Accepted.newBuilder().setRef(ref))
                .build();
    }

    static FromAgent refused(TaskRef ref, RefusalReason reason, String message) {
        return FromAgent.newBuilder()
                .setRefused(Refused.newBuilder().setRef(ref).setReason(reason).setMessage(message))
                .build();
    }

    static FromAgent unknown(TaskRef ref) {
        return FromAgent.newBuilder()
                .setUnknown(Unknown.newBuilder().setRef(ref))
                .build();
    }

    static FromAgent load(int maxConcurrentTasks, int activeTasks, int startLimit) {
        return FromAgent.newBuilder()
                .setLoad(Load.newBuilder()
                        .setMaxConcurrentTasks(maxConcurrentTasks)
                        .setActiveTasks(activeTasks)
                        .setStartLimit(startLimit))
                .build();
    }

    static FromAgent result(TaskRef ref, byte[] result, Usage usage) {
        return FromAgent.newBuilder()
                .setResult(Result.newBuilder()
                        .setRef(ref)
                        .setResult(ByteString.copyFrom(result))
                        .setUsage(usage))
                .build();
    }

    static FromAgent error(TaskRef ref, StopReason ending, Usage usage) {
        return FromAgent.newBuilder()
                .setError(Error.newBuilder()
                        .setRef(ref)
                        .setCode(ending.code())
                        .setMessage(SdkLimits.truncate(ending.message(), SdkLimits.ERROR_MESSAGE_BYTES))
                        .setRetryable(ending.retryable())
                        .setUsage(usage))
                .build();
    }
}
