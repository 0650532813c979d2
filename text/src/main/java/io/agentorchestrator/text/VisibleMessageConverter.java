package io.agentorchestrator.text;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.stream.Collectors;

/** Writes the message of a log event in one line, whatever is in it, by the rule of {@link VisibleText}. */
public final class VisibleMessageConverter extends MessageConverter {
    /** Says in a paragraph why a Spring application does not start, to whoever starts it. */
    private static final String PARAGRAPHS = "org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter";

    @Override
    public String convert(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        if (message == null) {
            return "null";
        }
        return event.getLoggerName().equals(PARAGRAPHS)
                ? message.lines().map(VisibleText::of).collect(Collectors.joining("\n"))
                : VisibleText.of(message);
    }
}
