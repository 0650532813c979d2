package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.millis;
import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.seconds;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.FromAgent.MessageCase;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.protocol.v1.RefusalReason;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.Welcome;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkStreamTest {
    private final TestAgent agent = new TestAgent(2);
    private FakeWorker worker;

    @BeforeEach
    void connect() {
        worker = agent.worker();
    }

    @AfterEach
    void stop() {
        worker.close();
        agent.close();
    }

    @Test
    void welcomesAWorkerThatKnowsTheCredentialAndProvesThatItKnowsItToo() {
        try (FakeWorker another = FakeWorker.connect(agent.port())) {
            Hello hello = FakeWorker.hello(TestAgent.IDENTITY, System.currentTimeMillis());
            another.hello(hello);

            Welcome welcome = another.await(MessageCase.WELCOME).getWelcome();

            assertThat(welcome.getProof().toByteArray())
                    .isEqualTo(Proofs.welcome(TestAgent.IDENTITY, hello.getChallenge()));
            assertThat(welcome.getAgentId()).isEqualTo(TestAgent.IDENTITY.agentId());
            assertThat(welcome.getMaxConcurrentTasks()).isEqualTo(2);
        }
    }

    @Test
    void turnsAwayAWorkerWithAWrongProof() {
        Hello hello = FakeWorker.hello(TestAgent.IDENTITY, System.currentTimeMillis()).toBuilder()
                .setProof(ByteString.copyFrom(new byte[32]))
                .build();

        assertThat(endOf(hello)).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void turnsAwayAWorkerWhoseClockIsFarOff() {
        long sixMinutesAgo = System.currentTimeMillis() - TimeUnit.MINUTES.toMillis(6);

        assertThat(endOf(FakeWorker.hello(TestAgent.IDENTITY, sixMinutesAgo))).isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void turnsAwayAWorkerThatSpeaksBeforeHello() {
        try (FakeWorker another = FakeWorker.connect(agent.port())) {
            another.start(task(ref(1), "echo"));

            assertThat(Status.fromThrowable(another.awaitEnd()).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(agent.executions()).isZero();
        }
    }

    @Test
    void acceptsATaskAndAnswersWithItsResult() {
        TaskRef ref = ref(1);
        worker.start(task(ref, "echo").setPayload(ByteString.copyFromUtf8("{\"a\":[1,2]}")));

        assertThat(worker.await(MessageCase.ACCEPTED).getAccepted().getRef()).isEqualTo(ref);
        FromAgent result = worker.await(MessageCase.RESULT);

        assertThat(result.getResult().getRef()).isEqualTo(ref);
        assertThat(result.getResult().getResult().toStringUtf8()).isEqualTo("{\"a\":[1,2]}");
    }

    @Test
    void refusesWhenFullAndTakesAgainWhenASlotIsFree() {
        TaskRef first = ref(1);
        worker.start(task(first, "wait"));
        worker.start(task(ref(1), "wait"));
        worker.await(MessageCase.ACCEPTED);
        worker.await(MessageCase.ACCEPTED);

        worker.start(task(ref(1), "wait"));
        assertThat(worker.await(MessageCase.REFUSED).getRefused().getReason())
                .isEqualTo(RefusalReason.REFUSAL_REASON_FULL);

        worker.cancel(first, "enough");
        assertThat(worker.await(MessageCase.ERROR).getError().getCode()).isEqualTo("CANCELLED");
        await().until(() -> agent.table().activeTasks() == 1);
        worker.start(task(ref(1), "wait"));
        worker.await(MessageCase.ACCEPTED);
    }

    @Test
    void aStartThatAnswersAnOutcomeFindsItsSlotFree() {
        worker.start(task(ref(1), "wait"));
        worker.await(MessageCase.ACCEPTED);
        for (int round = 1; round <= 1_000; round++) {
            worker.start(task(ref(1), "echo"));
            worker.await(MessageCase.ACCEPTED);
            worker.await(MessageCase.RESULT);
        }
    }

    @Test
    void aStartThatAnswersACancellationFindsItsSlotFree() {
        worker.start(task(ref(1), "wait"));
        worker.await(MessageCase.ACCEPTED);
        for (int round = 1; round <= 200; round++) {
            TaskRef ref = ref(1);
            worker.start(task(ref, "wait"));
            worker.await(MessageCase.ACCEPTED);
            worker.cancel(ref, "enough");
            worker.await(MessageCase.ERROR);
        }
    }

    @Test
    void refusesATypeThatItDoesNotServe() {
        worker.start(task(ref(1), "unheard-of"));

        assertThat(worker.await(MessageCase.REFUSED).getRefused().getReason())
                .isEqualTo(RefusalReason.REFUSAL_REASON_UNKNOWN_TYPE);
    }

    @Test
    void refusesWhileShuttingDown() {
        agent.table().stopTaking();
        worker.start(task(ref(1), "echo"));

        assertThat(worker.await(MessageCase.REFUSED).getRefused().getReason())
                .isEqualTo(RefusalReason.REFUSAL_REASON_SHUTTING_DOWN);
    }

    @Test
    void answersAStartThatMakesNoSenseWithAnError() {
        worker.start(task(ref("no-uuid", 1), "echo"));
        assertThat(worker.await(MessageCase.ERROR).getError().getCode()).isEqualTo("INVALID_START");

        worker.start(task(ref(1), "echo").setPayload(ByteString.copyFromUtf8("[]")));
        worker.await(MessageCase.ACCEPTED);
        Error error = worker.await(MessageCase.ERROR).getError();
        assertThat(error.getCode()).isEqualTo("INVALID_PAYLOAD");
        assertThat(error.getRetryable()).isFalse();
    }

    @Test
    void runsATaskOnceHoweverOftenItIsStarted() {
        TaskRef ref = ref(1);
        worker.start(task(ref, "wait"));
        worker.start(task(ref, "wait"));
        worker.await(MessageCase.ACCEPTED);
        worker.await(MessageCase.ACCEPTED);
        agent.letGo();
        ByteString result = worker.await(MessageCase.RESULT).getResult().getResult();

        worker.start(task(ref, "wait"));

        assertThat(worker.await(MessageCase.RESULT).getResult().getResult()).isEqualTo(result);
        assertThat(agent.executions()).isEqualTo(1);
    }

    @Test
    void stopsAnEarlierEpochBeforeALaterOneRuns() {
        String id = ref(1).getTaskId();
        worker.start(task(ref(id, 1), "stubborn"));
        worker.await(MessageCase.ACCEPTED);
        await().until(() -> agent.running() == 1);

        worker.start(task(ref(id, 2), "stubborn"));

        assertThat(worker.await(MessageCase.ACCEPTED).getAccepted().getRef().getEpoch())
                .isEqualTo(2);
        assertThat(agent.table().activeTasks()).isEqualTo(1);
        assertThat(agent.executions()).isEqualTo(1);
        agent.letGo();
        Error superseded = worker.await(MessageCase.ERROR).getError();
        assertThat(superseded.getRef().getEpoch()).isEqualTo(1);
        assertThat(superseded.getCode()).isEqualTo("CANCELLED");
        assertThat(worker.await(MessageCase.RESULT).getResult().getRef().getEpoch())
                .isEqualTo(2);
        assertThat(agent.mostAtOnce()).isEqualTo(1);
        assertThat(agent.executions()).isEqualTo(2);
    }

    @Test
    void doesNotRunAnEpochThatALaterOneReplaced() {
        String id = ref(1).getTaskId();
        worker.start(task(ref(id, 7), "wait"));
        worker.await(MessageCase.ACCEPTED);
        await().until(() -> agent.running() == 1);

        worker.start(task(ref(id, 6), "wait"));

        assertThat(worker.await(MessageCase.ERROR).getError().getRef().getEpoch())
                .isEqualTo(6);
        assertThat(agent.executions()).isEqualTo(1);
    }

    @Test
    void cancelsAndInterruptsOnDemand() {
        TaskRef ref = ref(1);
        worker.start(task(ref, "wait"));
        worker.await(MessageCase.ACCEPTED);
        await().until(() -> agent.running() == 1);

        worker.cancel(ref, "the DAG was cancelled");

        Error error = worker.await(MessageCase.ERROR).getError();
        assertThat(error.getCode()).isEqualTo("CANCELLED");
        assertThat(error.getMessage()).isEqualTo("the DAG was cancelled");
        assertThat(error.getRetryable()).isFalse();
        await().until(() -> agent.interrupted() == 1);
    }

    @Test
    void saysThatItDoesNotKnowATask() {
        TaskRef ref = ref(3);
        worker.attach(ref);
        assertThat(worker.await(MessageCase.UNKNOWN).getUnknown().getRef()).isEqualTo(ref);
        worker.cancel(ref, "");
        assertThat(worker.await(MessageCase.UNKNOWN).getUnknown().getRef()).isEqualTo(ref);
    }

    @Test
    void endsATaskThatTakesLongerThanItsTimeout() {
        worker.start(task(ref(1), "wait").setTimeout(millis(200)));
        worker.await(MessageCase.ACCEPTED);

        Error error = worker.await(MessageCase.ERROR).getError();

        assertThat(error.getCode()).isEqualTo("TIMEOUT");
        assertThat(error.getRetryable()).isTrue();
        await().until(() -> agent.table().activeTasks() == 0);
    }

    @Test
    void endsATaskWhoseLeaseWasNotRenewed() {
        worker.start(task(ref(1), "wait").setLease(millis(300)));
        worker.await(MessageCase.ACCEPTED);

        Error error = worker.await(MessageCase.ERROR).getError();

        assertThat(error.getCode()).isEqualTo("LEASE_EXPIRED");
        assertThat(error.getRetryable()).isTrue();
        await().until(() -> agent.interrupted() == 1);
    }

    @Test
    void renewingKeepsTheLeasesOfAStream() {
        worker.start(task(ref(1), "wait").setLease(seconds(1)));
        worker.await(MessageCase.ACCEPTED);

        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2_500);
        await().pollInterval(java.time.Duration.ofMillis(100))
                .atMost(java.time.Duration.ofSeconds(5))
                .until(() -> {
                    worker.renew();
                    return System.nanoTime() > until;
                });

        assertThat(worker.heardSoFar()).isEmpty();
        agent.letGo();
        worker.await(MessageCase.RESULT);
    }

    @Test
    void tellsHowManyTasksRunWhenThatChanges() {
        worker.start(task(ref(1), "wait"));

        await().until(() -> worker.raw().stream()
                .anyMatch(message -> message.hasLoad() && message.getLoad().getActiveTasks() == 1));
    }

    @Test
    void answersEachRenewalWithItsLoadThoughNothingChanged() {
        await().until(() -> worker.raw().stream().anyMatch(FromAgent::hasLoad));
        for (int renewal = 1; renewal <= 3; renewal++) {
            worker.raw().clear();

            worker.renew();

            await().until(() -> !worker.raw().isEmpty());
            assertThat(worker.raw()).first().satisfies(answer -> {
                assertThat(answer.getLoad().getMaxConcurrentTasks()).isEqualTo(2);
                assertThat(answer.getLoad().getActiveTasks()).isZero();
            });
        }
    }

    private Status.Code endOf(Hello hello) {
        try (FakeWorker another = FakeWorker.connect(agent.port())) {
            another.hello(hello);
            return Status.fromThrowable(another.awaitEnd()).getCode();
        }
    }
}
