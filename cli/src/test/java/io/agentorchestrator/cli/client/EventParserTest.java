package io.agentorchestrator.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventParserTest {
    private final EventParser parser = new EventParser();

    private List<ServerEvent> parsed(String text) {
        return text.lines().map(parser::line).flatMap(Optional::stream).toList();
    }

    @Test
    void anEmptyLineCompletesAnEvent() {
        assertThat(parsed("id: 7-1\nevent: task\ndata: {\"a\":1}\n\nid:7-2\nevent:dag\ndata:{}\n\n"))
                .containsExactly(new ServerEvent("7-1", "task", "{\"a\":1}"), new ServerEvent("7-2", "dag", "{}"));
    }

    @Test
    void commentsAndUnknownFieldsSayNothing() {
        assertThat(parsed(":\n: still here\n\nretry: 100\n\nevent: task\n\n")).isEmpty();
    }

    @Test
    void anEventWithoutIdKeepsTheLast() {
        assertThat(parsed("id: 1-1\ndata: {}\n\ndata: []\n\n"))
                .containsExactly(new ServerEvent("1-1", "message", "{}"), new ServerEvent("1-1", "message", "[]"));
    }

    @Test
    void linesOfDataAreOneEvent() {
        assertThat(parsed("data: {\ndata: }\n\n")).containsExactly(new ServerEvent("", "message", "{\n}"));
    }

    @Test
    void dataIsBounded() {
        String line = "data: " + "x".repeat(EventParser.MAX_DATA_CHARS);

        assertThat(parsed(line + "\n" + line + "\n\n"))
                .singleElement()
                .satisfies(event -> assertThat(event.data()).hasSizeLessThan(EventParser.MAX_DATA_CHARS + 2));
    }

    @Test
    void whatIsNoJsonTellsNothing() {
        for (String other : new String[] {"{", "", "5", "{\"status\":{}}"}) {
            assertThat(new ServerEvent("", "task", other).told()).as(other).isEqualTo(Answers.Event.EMPTY);
        }
        assertThat(new ServerEvent("", "task", "{\"status\":\"RUNNING\"}")
                        .told()
                        .status())
                .isEqualTo("RUNNING");
    }
}
