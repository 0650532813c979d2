package io.agentorchestrator.store.loop;

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

class OutageLogTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(OutageLogTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final OutageLog outages = new OutageLog(log, "Temporal");

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
        outages.recovered();
        for (int i = 0; i < 100; i++) {
            outages.unavailable("commands wait", "UNAVAILABLE");
        }
        outages.recovered();
        outages.recovered();

        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("commands wait until Temporal is there again: UNAVAILABLE", "Temporal is there again");
    }

    @Test
    void saysAgainNowAndThenThatSomebodyIsAwayWhereThatIsWanted() {
        AtomicLong nanos = new AtomicLong();
        OutageLog reminding = new OutageLog(log, "Redis", Duration.ofMinutes(1), nanos::get);

        for (int second = 0; second < 150; second++) {
            nanos.set(Duration.ofSeconds(second).toNanos());
            reminding.unavailable("entries wait", "refused");
        }

        assertThat(lines.list).hasSize(3);
    }
}
