package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Clients that follow all events of the tenant and count them, each by a connection of its own, from the moment that it is there on. They
 * look at bytes only, so that the generator stays cheap. One that is cut off stays away, and is counted. Thread-safe.
 */
public final class Subscribers implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int BUFFER_BYTES = 32 << 10;
    private static final String STATUS = "HTTP/1.1 200";
    private final List<Subscriber> subscribers = new ArrayList<>();

    private Subscribers() {}

    /**
     * Subscribes; returns once all streams have begun.
     *
     * @throws CliFailure if a stream does not begin
     */
    public static Subscribers start(String apiUrl, int count) throws InterruptedException {
        Subscribers all = new Subscribers();
        try {
            for (int i = 0; i < count; i++) {
                all.subscribers.add(new Subscriber(URI.create(apiUrl)));
            }
            for (Subscriber each : all.subscribers) {
                each.begun.await();
                if (each.refused) {
                    throw new CliFailure("An event stream ended as it began: the API serves"
                            + " orchestrator.events.max-subscribers at once, of which others may have taken some.");
                }
            }
            return all;
        } catch (IOException e) {
            all.close();
            throw new CliFailure("No event stream could be opened at " + apiUrl + ": " + CliFailure.reason(e), e);
        } catch (InterruptedException | RuntimeException e) {
            all.close();
            throw e;
        }
    }

    /** Events that all of them have received together. */
    public long received() {
        return subscribers.stream().mapToLong(each -> each.events.count()).sum();
    }

    /** Events of the one that has received the fewest. */
    public long fewest() {
        return subscribers.stream().mapToLong(each -> each.events.count()).min().orElse(0);
    }

    /** Counts the streams that have ended. */
    public long cutOff() {
        return subscribers.stream().filter(each -> each.ended).count();
    }

    @Override
    public void close() {
        subscribers.forEach(Subscriber::close);
    }

    /** By HTTP/1.0, whose answers are not cut into chunks. */
    private static final class Subscriber {
        private final EventCount events = new EventCount();
        private final CountDownLatch begun = new CountDownLatch(1);
        private final Socket socket = new Socket();
        private volatile boolean refused = true;
        private volatile boolean ended;

        Subscriber(URI api) throws IOException {
            socket.connect(new InetSocketAddress(api.getHost(), api.getPort()), CONNECT_MILLIS);
            socket.getOutputStream()
                    .write(("GET /v1/events HTTP/1.0\r\nHost: " + api.getAuthority()
                                    + "\r\nAccept: text/event-stream\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            Thread.ofVirtual().name("subscriber").start(this::read);
        }

        private void read() {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = socket.getInputStream();
                int count = in.readNBytes(buffer, 0, STATUS.length());
                if (!new String(buffer, 0, count, StandardCharsets.US_ASCII).equals(STATUS)) {
                    return;
                }
                refused = false;
                begun.countDown();
                for (count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    events.add(buffer, count);
                }
            } catch (IOException closed) {
                // By us, or by the API: either way it has ended.
            } finally {
                ended = true;
                begun.countDown();
            }
        }

        void close() {
            try {
                socket.close();
            } catch (IOException alreadyGone) {
                ended = true;
            }
        }
    }
}
