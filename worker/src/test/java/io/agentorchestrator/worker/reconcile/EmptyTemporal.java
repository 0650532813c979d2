package io.agentorchestrator.worker.reconcile;

import io.agentorchestrator.worker.run.SdkTemporalRuns;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.StatusUtils;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A Temporal whose store was emptied, namespace and all: what it answers to every question about a workflow. */
final class EmptyTemporal implements AutoCloseable {
    private final AtomicInteger asked = new AtomicInteger();
    private final Server server;
    private final ManagedChannel channel;
    private final WorkflowServiceStubs stubs;
    private final SdkTemporalRuns runs;

    EmptyTemporal() throws IOException {
        String name = "empty-" + System.identityHashCode(this);
        server = InProcessServerBuilder.forName(name)
                .addService(new Service())
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
        stubs = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setChannel(channel).build());
        runs = new SdkTemporalRuns(WorkflowClient.newInstance(stubs));
    }

    TemporalRuns runs() {
        return runs;
    }

    int asked() {
        return asked.get();
    }

    @Override
    public void close() {
        runs.close();
        stubs.shutdownNow();
        channel.shutdownNow();
        server.shutdownNow();
    }

    private final class Service extends WorkflowServiceGrpc.WorkflowServiceImplBase {
        @Override
        public void getSystemInfo(GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
            answer.onNext(GetSystemInfoResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void describeWorkflowExecution(
                DescribeWorkflowExecutionRequest request, StreamObserver<DescribeWorkflowExecutionResponse> answer) {
            asked.incrementAndGet();
            answer.onError(StatusUtils.newException(
                    Status.NOT_FOUND.withDescription("Namespace " + request.getNamespace() + " is not found."),
                    NamespaceNotFoundFailure.newBuilder()
                            .setNamespace(request.getNamespace())
                            .build(),
                    NamespaceNotFoundFailure.getDescriptor()));
        }
    }
}
