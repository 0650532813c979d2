package io.agentorchestrator.cli.client;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import io.agentorchestrator.cli.json.LosslessJson;
import io.agentorchestrator.text.VisibleText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/** The API refused a request. The message is its problem document, made readable. */
public final class ApiFailure extends CliFailure {
    private static final int MAX_FINDINGS = 50;
    private static final int MAX_PLAIN_CHARS = 300;

    private static final Set<String> OF_WORDS = Set.of("INVALID_PARAMETER", "INVALID_HEADER");

    /** The HTTP status. */
    private final int status;

    /** The answer's body. */
    private final String body;

    /** The problem's code, for programs; empty where the answer named none. */
    private final String code;

    /**
     * A refusal, as it was answered.
     *
     * @param body a problem document, or whatever stands in its place
     */
    public ApiFailure(int status, String body) {
        super(readable(status, body));
        this.status = status;
        this.body = body;
        this.code = problemIn(body).map(Answers.Problem::code).orElse("");
    }

    /** A parameter or a header is made of words of the command line alone: one that is not taken is wrong usage. */
    @Override
    public int exitCode() {
        return OF_WORDS.contains(code) ? UsageFailure.EXIT_CODE : super.exitCode();
    }

    /** The same failure, with a line that tells the way out. */
    public CliFailure advising(String wayOut) {
        return new CliFailure(getMessage() + "\n" + wayOut, this);
    }

    /** Tells whether the answer is a problem document. */
    public boolean isProblem() {
        return problemIn(body).isPresent();
    }

    /** The answer's body. */
    public byte[] body() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The problem's code, such as {@code DAG_NOT_ENDED}; empty where the answer is no problem document. */
    public String code() {
        return code;
    }

    private static Optional<Answers.Problem> problemIn(String body) {
        try {
            return Optional.of(LosslessJson.read(body, Answers.Problem.class));
        } catch (JacksonException | NumberFormatException notOurs) {
            return Optional.empty();
        }
    }

    /** Tells whether the same request may succeed a little later. */
    public boolean passing() {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    static String readable(int status, String body) {
        Optional<Answers.Problem> found = problemIn(body);
        if (found.isEmpty()) {
            String text = body.strip();
            return "The API answered " + status
                    + (text.isEmpty()
                            ? "."
                            : ": " + VisibleText.of(text.substring(0, Math.min(text.length(), MAX_PLAIN_CHARS))));
        }
        Answers.Problem problem = found.get();
        String detail = Stream.of(problem.detail(), problem.title())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("it does not say why; its log may");
        List<Answers.ProblemEntry> errors = Objects.requireNonNullElse(problem.errors(), List.of());
        // The detail tells the first of the errors, and how many there are; each is told once.
        String first = errors.isEmpty() ? "" : errors.getFirst().message();
        boolean repeated = !first.isEmpty() && detail.contains(first);
        List<String> lines = new ArrayList<>();
        lines.add("The API refused (" + (status + " " + VisibleText.of(problem.code())).strip() + "):"
                + (repeated && errors.size() > 1 ? "" : " " + VisibleText.of(detail)));
        if (repeated && errors.size() == 1) {
            return lines.getFirst();
        }
        errors.stream().limit(MAX_FINDINGS).map(ApiFailure::finding).forEach(lines::add);
        int more = Math.max(0, errors.size() - MAX_FINDINGS) + Objects.requireNonNullElse(problem.errorsOmitted(), 0);
        if (more > 0) {
            lines.add("  … and " + more + " more");
        }
        return String.join("\n", lines);
    }

    private static String finding(Answers.ProblemEntry error) {
        String where = Stream.of(error.pointer(), error.parameter(), error.header())
                .filter(place -> place != null && !place.isEmpty())
                .findFirst()
                .map(place -> place + ": ")
                .orElse("");
        return "  " + VisibleText.of(where + error.message());
    }
}
