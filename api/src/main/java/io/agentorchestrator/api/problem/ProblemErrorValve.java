package io.agentorchestrator.api.problem;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** Errors of requests that Tomcat itself refuses, before any of our code sees them. */
public final class ProblemErrorValve extends ErrorReportValve {
    /** Statuses of Tomcat for an expectation, a transfer coding or a version of HTTP that it does not know; to us, mistakes of the client. */
    private static final Set<Integer> REFUSED_BY_TOMCAT = Set.of(
            HttpStatus.EXPECTATION_FAILED.value(),
            HttpStatus.NOT_IMPLEMENTED.value(),
            HttpStatus.HTTP_VERSION_NOT_SUPPORTED.value());

    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?:00|2[Ff]|5[Cc]|(?![0-9A-Fa-f]{2}))");

    @Override
    protected void report(Request request, Response response, Throwable failure) {
        if (REFUSED_BY_TOMCAT.contains(response.getStatus())) {
            response.setStatus(HttpStatus.BAD_REQUEST.value());
        }
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ProblemCode code = ProblemCode.ofStatus(status);
        if (code.status() == HttpStatus.SERVICE_UNAVAILABLE) {
            response.setHeader(HttpHeaders.RETRY_AFTER, ProblemHandler.RETRY_AFTER_SECONDS);
        }
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        String detail = code == ProblemCode.BAD_REQUEST ? detailOf(request) : code.title();
        String errors = code.isOfRequest()
                ? ",\"errors\":[{\"pointer\":\"\",\"code\":\"%s\",\"message\":\"%s\"}]".formatted(code, detail)
                : "";
        try (Writer writer = response.getReporter()) {
            if (writer != null) {
                writer.write(
                        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"code\":\"%s\",\"detail\":\"%s\"%s}"
                                .formatted(code.title(), status, code, detail, errors));
                response.finishResponse();
            }
        } catch (IOException e) {
            container.getLogger().debug("The client has gone", e);
        }
    }

    /** Tomcat keeps to itself what it did not like; these are the likely ones. */
    private static String detailOf(Request request) {
        String target = Objects.requireNonNullElse(
                request.getCoyoteRequest().requestURI().toString(), "");
        if (BAD_ESCAPE.matcher(target).find()) {
            return "the path holds %00, %2F or %5C, or a % without two hexadecimal digits; no name here has such characters";
        }
        String version = Objects.requireNonNullElse(request.getProtocol(), "");
        if (version.startsWith("HTTP/") && !version.startsWith("HTTP/1.")) {
            return "this version of HTTP is not spoken here; use HTTP/1.1";
        }
        if (!target.isEmpty()
                && Collections.list(request.getHeaders(HttpHeaders.HOST)).size() != 1) {
            return "a request has one Host header, and this has none or several, or its headers are too long";
        }
        String expectation = request.getHeader(HttpHeaders.EXPECT);
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            return "Expect has no value but 100-continue; leave it out, or send that";
        }
        String coding = request.getHeader(HttpHeaders.TRANSFER_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("chunked")) {
            return "the Transfer-Encoding is none that is known here; send the body chunked, or with its Content-Length";
        }
        return "the request line or a header is not as HTTP (RFC 9112) and URIs (RFC 3986) have it, or is too long";
    }
}
