package io.agentorchestrator.api.event;

import io.agentorchestrator.store.event.EventReader.Position;
import io.agentorchestrator.store.event.EventReader.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event as it goes to subscribers, written once for all of them.
 *
 * @param text in the form of server-sent events; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent")
record WrittenEvent(
        Position position, String tenant, @Nullable UUID runId, byte[] text) {
    static WrittenEvent of(StoredEvent event, JsonMapper json) {
        EventView view = EventView.of(event);
        String text = "id: %s\nevent: %s\ndata: %s\n\n"
                .formatted(event.position(), view.name(), json.writeValueAsString(view));
        return new WrittenEvent(event.position(), event.tenant(), event.runId(), text.getBytes(StandardCharsets.UTF_8));
    }
}
