package io.agentorchestrator.worker.web;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.MediaType;

/** Errors of requests that Tomcat itself refuses, before Spring sees them. Tomcat makes it by its name. Thread-safe. */
public final class RefusalValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, Throwable failure) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        try (Writer writer = response.getReporter()) {
            if (writer != null) {
                writer.write(PlainProblem.json(response.getStatus()));
                response.finishResponse();
            }
        } catch (IOException e) {
            container.getLogger().debug("The client has gone", e);
        }
    }
}
