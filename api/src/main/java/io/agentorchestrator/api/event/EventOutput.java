package io.agentorchestrator.api.event;

import io.agentorchestrator.store.event.EventReader.Position;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** One open stream of server-sent events, and how far its client has got. For one thread. */
final class EventOutput {
    private final OutputStream out;
    private final Duration commentInterval;
    private Position position;
    private long writtenNanos = System.nanoTime();

    private EventOutput(OutputStream out, Duration commentInterval, Position position) {
        this.out = out;
        this.commentInterval = commentInterval;
        this.position = position;
    }

    /** Headers, and the position as an id without an event, so that a client that loses its connection now resumes here. */
    static EventOutput begin(HttpServletResponse response, Duration commentInterval, Position after)
            throws IOException {
        response.setContentType(EventStream.MEDIA_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        // Proxies that buffer answers (nginx) hold events back otherwise.
        response.setHeader("X-Accel-Buffering", "no");
        EventOutput output = new EventOutput(response.getOutputStream(), commentInterval, after);
        output.write("retry: 1000\nid: " + after + "\n\n");
        return output;
    }

    /** The last event that was written, or where the client came from. */
    Position position() {
        return position;
    }

    /** Writes those events that follow the position. */
    void write(List<WrittenEvent> events) throws IOException {
        boolean any = false;
        for (WrittenEvent event : events) {
            if (event.position().compareTo(position) > 0) {
                out.write(event.text());
                position = event.position();
                any = true;
            }
        }
        if (any) {
            out.flush();
            writtenNanos = System.nanoTime();
        }
    }

    /**
     * Says that events which follow the position have been deleted. It has no id: whoever resumes before the next event hears it again.
     *
     * @param next the event that comes next; absent if none is kept yet
     */
    void gap(@Nullable Position next) throws IOException {
        String resumesAt = next == null ? "" : ",\"resumes_at\":\"" + next + "\"";
        write("event: gap\ndata: {\"after\":\"" + position + "\"" + resumesAt + "}\n\n");
    }

    /** A line that clients pass over but people read. */
    void comment(String text) throws IOException {
        write(": " + text + "\n\n");
    }

    /** Shows that the stream is alive, if nothing has for a while: keeps proxies from giving up, and finds clients that did. */
    void keepAlive() throws IOException {
        if (!untilComment().isPositive()) {
            write(":\n\n");
        }
    }

    /** Until the stream has to show that it is alive. */
    Duration untilComment() {
        return commentInterval.minusNanos(System.nanoTime() - writtenNanos);
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
        writtenNanos = System.nanoTime();
    }
}
