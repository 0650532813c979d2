package io.agentorchestrator.text;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleLogTest {
    private static final String FORGED = "a\n2026-11-30T12:00:00Z ERROR forged\u001b[2J\u009b31m\u2028b\u202ec\u007f\r";
    private static final String SHOWN =
            "a\\n2026-11-30T12:00:00Z ERROR forged\\u001b[2J\\u009b31m\\u2028b\\u202ec\\u007f\\r";
    private static final String FAILURE_ANALYSIS =
            "org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter";

    private static List<String> logged(String pattern, String logger, @Nullable Throwable thrown) throws Exception {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(
                """
                <configuration>
                  <include resource="io/agentorchestrator/text/visible-log.xml"/>
                  <appender name="A" class="%s"><encoder><pattern>%s</pattern></encoder></appender>
                  <root level="INFO"><appender-ref ref="A"/></root>
                </configuration>
                """.formatted(Kept.class.getName(), pattern).getBytes(StandardCharsets.UTF_8)));
        context.getLogger(logger).warn("limit {} is left out", FORGED, thrown);
        Kept kept = (Kept) context.getLogger("ROOT").getAppender("A");
        return kept.text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** Writes where a test can read it. */
    public static final class Kept extends OutputStreamAppender<ILoggingEvent> {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();

        @Override
        public void start() {
            setOutputStream(text);
            super.start();
        }
    }

    private static Exception thrown() {
        Exception thrown = new IllegalStateException(FORGED, new IllegalArgumentException(FORGED));
        thrown.addSuppressed(new UnsupportedOperationException(FORGED));
        return thrown;
    }

    @ParameterizedTest
    @ValueSource(strings = {"%msg%n%ex", "%m%n%wEx", "%message%n%xEx", "%msg%n%rEx"})
    void aLineIsNeverForgedAndATraceStaysOne(String pattern) throws Exception {
        List<String> lines = logged(pattern, "any", thrown());

        assertThat(lines).first().isEqualTo("limit " + SHOWN + " is left out");
        assertThat(lines)
                .contains(
                        "java.lang.IllegalStateException: " + SHOWN,
                        "\tSuppressed: java.lang.UnsupportedOperationException: " + SHOWN,
                        "Caused by: java.lang.IllegalArgumentException: " + SHOWN)
                .anyMatch(line -> line.startsWith("\tat io.agentorchestrator.text.VisibleLogTest.thrown"))
                .allMatch(line -> VisibleText.of(line.strip()).equals(line.strip()))
                .noneMatch(line -> line.startsWith("2026"));
    }

    @Test
    void whyAnApplicationDoesNotStartIsAParagraphWithNothingHidden() throws Exception {
        assertThat(logged("%msg%n%ex", FAILURE_ANALYSIS, null))
                .startsWith("limit a", "2026-11-30T12:00:00Z ERROR forged\\u001b[2J\\u009b31m\\u2028b\\u202ec\\u007f");
    }
}
