package io.agentorchestrator.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class PresenceTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(PresenceTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Presence presence = new Presence(log, "Temporal");

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
    }

    @Test
    void saysOnceThatSomebodyIsAwayAndOnceThatTheyAreBack() {
        presence.there();
        for (int i = 0; i < 100; i++) {
            presence.away("commands wait", "UNAVAILABLE");
        }
        presence.there();
        presence.there();

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("commands wait until Temporal is there again: UNAVAILABLE", "Temporal is there again");
    }
}
