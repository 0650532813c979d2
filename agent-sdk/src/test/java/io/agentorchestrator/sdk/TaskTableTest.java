package io.agentorchestrator.sdk;

import static io.agentorchestrator.sdk.FakeWorker.ref;
import static io.agentorchestrator.sdk.FakeWorker.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handlers and ticks that go on only when the test says so. */
@Timeout(20)
class TaskTableTest {
    private final List<AcceptedDispatch> started = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private final TaskTable table = new TaskTable(6, Set.of("type"), started::add);

    @AfterEach
    void endStreams() {
        sessions.forEach(session -> session.end(null));
    }

    @Test
    void aSlotIsFreeOnceItsHandlerHasEndedThoughItsThreadHasNot() {
        Session session = session(new FakeStream());
        for (int slot = 1; slot <= 6; slot++) {
            start(ref(1), session);
        }
        AcceptedDispatch ended = started.getFirst();

        table.end(ended, Messages.result(ended.ref, new byte[0], ended.usage), 1);

        assertThat(table.activeTasks()).isEqualTo(5);
        start(ref(1), session);
        assertThat(started).hasSize(7);
        table.finish(ended);
        assertThat(table.activeTasks()).isEqualTo(6);
    }

    @Test
    void aLaterEpochWaitsForTheThreadOfAHandlerThatHasEnded() {
        Session session = session(new FakeStream());
        TaskRef ref = ref(1);
        start(ref, session);
        AcceptedDispatch ended = started.getFirst();
        table.end(ended, Messages.result(ref, new byte[0], ended.usage), 1);
        table.acknowledge(List.of(ref));

        start(ref, session);
        assertThat(started).as("the same dispatch does not run again").hasSize(1);
        start(ref(ref.getTaskId(), 2), session);

        assertThat(started.getLast().predecessor).isSameAs(ended);
    }

    @Test
    void aStartIsNotTakenOffWhatItsWorkerSaidThatWaits() {
        FakeStream few = new FakeStream();
        FakeStream many = new FakeStream();
        Session hasFew = session(few);
        table.demand(2, hasFew);
        table.demand(10, session(many));
        await().untilAsserted(() -> assertThat(few.limits()).endsWith(2));
        await().untilAsserted(() -> assertThat(many.limits()).endsWith(4));

        start(ref(1), hasFew);
        table.sweep();
        await().untilAsserted(() -> assertThat(few.limits()).endsWith(3));
        await().untilAsserted(() -> assertThat(many.limits()).endsWith(3));

        table.demand(1, hasFew);
        table.sweep();
        await().untilAsserted(() -> assertThat(few.limits()).endsWith(2));
        await().untilAsserted(() -> assertThat(many.limits()).endsWith(4));
    }

    private Session session(FakeStream stream) {
        Session session =
                new Session(table, () -> null, new WorkerContacts(_ -> {}, _ -> {}, System::nanoTime), stream, _ -> {});
        sessions.add(session);
        session.open();
        table.open(session);
        return session;
    }

    private void start(TaskRef ref, Session session) {
        table.start(task(ref, "type").build(), session);
    }

    private static final class FakeStream extends ServerCallStreamObserver<FromAgent> {
        private final List<FromAgent> told = new CopyOnWriteArrayList<>();

        List<Integer> limits() {
            return told.stream()
                    .filter(FromAgent::hasLoad)
                    .map(message -> message.getLoad().getStartLimit())
                    .toList();
        }

        @Override
        public void onNext(FromAgent message) {
            told.add(message);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
