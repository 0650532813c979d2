package io.agentorchestrator.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.store.event.EventReader.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionTest {
    @Test
    void readsWhatItWrites() {
        for (Position position :
                List.of(new Position(0, 0), new Position(738, 12), new Position(Long.MAX_VALUE, Long.MAX_VALUE))) {
            assertThat(Position.parse(position.toString())).contains(position);
        }
    }

    @Test
    void readsNothingElse() {
        for (String text : List.of(
                "",
                "1",
                "1-",
                "-1",
                "1-2-3",
                "-1-2",
                "1--2",
                " 1-2",
                "a-b",
                "99999999999999999999-1",
                "9999999999999999999-1",
                "٣-٤")) {
            assertThat(Position.parse(text)).as(text).isEmpty();
        }
    }
}
