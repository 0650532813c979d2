package io.agentorchestrator.cli.client;

import java.util.Optional;

/**
 * Puts the lines of a {@code text/event-stream} together, as the
 * <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML standard</a> has it. Not thread-safe.
 */
final class EventParser {
    /** An event with more characters is cut, so that a wild server cannot fill the memory. */
    static final int MAX_DATA_CHARS = 1 << 20;

    private final StringBuilder data = new StringBuilder();
    private String name = "";
    private String id = "";

    /** Takes a line; an empty one completes an event. */
    Optional<ServerEvent> line(String line) {
        if (line.isEmpty()) {
            return complete();
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        switch (field) {
            case "event" -> name = value;
            case "id" -> id = value;
            case "data" -> append(value);
            default -> {} // comments begin with the colon; what else there is, such as retry, is not for us
        }
        return Optional.empty();
    }

    private void append(String value) {
        if (!data.isEmpty()) {
            data.append('\n');
        }
        data.append(value, 0, Math.min(value.length(), Math.max(0, MAX_DATA_CHARS - data.length())));
    }

    private Optional<ServerEvent> complete() {
        Optional<ServerEvent> event = data.isEmpty()
                ? Optional.empty()
                : Optional.of(new ServerEvent(id, name.isEmpty() ? "message" : name, data.toString()));
        data.setLength(0);
        name = "";
        return event;
    }
}
