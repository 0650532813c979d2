package io.agentorchestrator.worker.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.run.RunAttributes;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.AddSearchAttributesResponse;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.ListSearchAttributesResponse;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SearchAttributesRegistrationTest {
    private static final IndexedValueType KEYWORD = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

    private final Operator operator = new Operator();
    private final Server server = InProcessServerBuilder.forName("operator-" + System.identityHashCode(this))
            .addService(operator)
            .build();
    private final ManagedChannel channel = InProcessChannelBuilder.forName("operator-" + System.identityHashCode(this))
            .build();
    private final SearchAttributesRegistration registration = new SearchAttributesRegistration(
            () -> OperatorServiceGrpc.newBlockingStub(channel), "default", Duration.ofMillis(20));

    @BeforeEach
    void serve() throws IOException {
        server.start();
    }

    @AfterEach
    void close() {
        registration.stop();
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void registersWhatIsMissing() {
        operator.registered.put(RunAttributes.TENANT.getName(), KEYWORD);

        registration.start();

        assertThat(registration.areKnown()).isTrue();
        assertThat(operator.registered)
                .containsOnlyKeys(
                        RunAttributes.TENANT.getName(),
                        RunAttributes.DAG_NAME.getName(),
                        RunAttributes.STATUS.getName())
                .containsValue(KEYWORD);
    }

    @Test
    void takesAnotherWorkersRegistrationForItsOwn() {
        operator.addAnswer = Status.ALREADY_EXISTS;

        registration.start();

        assertThat(registration.areKnown()).isTrue();
    }

    @Test
    void staysWithoutWhereTheServerRefusesAndTriesAgainUntilItDoesNot() {
        operator.addAnswer = Status.PERMISSION_DENIED;

        registration.start();

        assertThat(registration.areKnown()).isFalse();
        operator.addAnswer = Status.OK;
        Awaitility.await().until(registration::areKnown);
    }

    @Test
    void usesNoAttributeOfAnotherType() {
        operator.registered.put(RunAttributes.STATUS.getName(), IndexedValueType.INDEXED_VALUE_TYPE_TEXT);

        registration.start();

        assertThat(registration.areKnown()).isFalse();
        assertThat(operator.registered).hasSize(1);
    }

    @Test
    void startsWithoutAServer() {
        server.shutdownNow();

        registration.start();

        assertThat(registration.isRunning()).isTrue();
        assertThat(registration.areKnown()).isFalse();
    }

    /** Temporal's operator service, as far as search attributes go. */
    private static final class Operator extends OperatorServiceGrpc.OperatorServiceImplBase {
        final Map<String, IndexedValueType> registered = new ConcurrentHashMap<>();
        volatile Status addAnswer = Status.OK;

        @Override
        public void listSearchAttributes(
                ListSearchAttributesRequest request, StreamObserver<ListSearchAttributesResponse> answer) {
            answer.onNext(ListSearchAttributesResponse.newBuilder()
                    .putAllCustomAttributes(registered)
                    .build());
            answer.onCompleted();
        }

        @Override
        public void addSearchAttributes(
                AddSearchAttributesRequest request, StreamObserver<AddSearchAttributesResponse> answer) {
            if (!addAnswer.isOk()) {
                answer.onError(addAnswer.asRuntimeException());
                return;
            }
            registered.putAll(request.getSearchAttributesMap());
            answer.onNext(AddSearchAttributesResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
