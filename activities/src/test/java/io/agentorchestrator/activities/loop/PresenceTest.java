package io.agentorchestrator.activities.loop;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
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

    @Test
    void saysAgainNowAndThenThatSomebodyIsAwayWhereThatIsWanted() {
        AtomicLong nanos = new AtomicLong();
        Presence reminding = new Presence(log, "Redis", Duration.ofMinutes(1), nanos::get);

        for (int second = 0; second < 150; second++) {
            nanos.set(Duration.ofSeconds(second).toNanos());
            reminding.away("entries wait", "refused");
        }

        assertThat(lines.list).hasSize(3);
    }
}
