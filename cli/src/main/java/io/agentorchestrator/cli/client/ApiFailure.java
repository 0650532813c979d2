package io.agentorchestrator.cli.client;

import io.agentorchestrator.cli.console.VisibleText;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API refused a request. The message is its problem document, made readable. */
public final class ApiFailure extends RuntimeException {
    private static final int MAX_FINDINGS = 50;
    private static final int MAX_PLAIN_CHARS = 300;

    /** The HTTP status. */
    private final int status;

    /** What went wrong, for programs; empty where the answer named nothing. */
    private final String code;

    ApiFailure(int status, String body) {
        super(readable(status, body));
        this.status = status;
        this.code = codeIn(body);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The problem's code, such as {@code DAG_NOT_ENDED}; empty where the answer is no problem document. */
    public String code() {
        return code;
    }

    private static String codeIn(String body) {
        try {
            return new JsonMapper().readTree(body).path("code").asString("");
        } catch (JacksonException notJson) {
            return "";
        }
    }

    /** Whether the same request may succeed a little later. */
    public boolean passing() {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    static String readable(int status, String body) {
        JsonNode problem;
        try {
            problem = new JsonMapper().readTree(body);
        } catch (JacksonException notJson) {
            String text = body.strip();
            return "The API answered " + status
                    + (text.isEmpty()
                            ? "."
                            : ": " + VisibleText.of(text.substring(0, Math.min(text.length(), MAX_PLAIN_CHARS))));
        }
        String code = problem.path("code").asString("");
        String detail =
                problem.path("detail").asString(problem.path("title").asString("it does not say why; its log may"));
        JsonNode errors = problem.path("errors");
        // The detail tells the first of the errors, and how many there are; each is told once.
        String first = errors.path(0).path("message").asString("");
        boolean repeated = !first.isEmpty() && detail.contains(first);
        List<String> lines = new ArrayList<>();
        lines.add("The API refused (" + (status + " " + VisibleText.of(code)).strip() + "):"
                + (repeated && errors.size() > 1 ? "" : " " + VisibleText.of(detail)));
        if (repeated && errors.size() == 1) {
            return lines.getFirst();
        }
        errors.valueStream().limit(MAX_FINDINGS).map(ApiFailure::finding).forEach(lines::add);
        int more = Math.max(0, errors.size() - MAX_FINDINGS)
                + problem.path("errors_omitted").asInt(0);
        if (more > 0) {
            lines.add("  … and " + more + " more");
        }
        return String.join("\n", lines);
    }

    private static String finding(JsonNode error) {
        String pointer = error.path("pointer").asString("");
        String message = error.path("message").asString("");
        return "  " + VisibleText.of(pointer.isEmpty() ? message : pointer + ": " + message);
    }
}
