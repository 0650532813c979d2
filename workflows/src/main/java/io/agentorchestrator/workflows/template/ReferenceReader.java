package io.agentorchestrator.workflows.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads one reference: {@code inputs} or {@code tasks}, then steps. A step is {@code .name}, where the name has no dot, bracket or brace,
 * {@code ['name']} or {@code ["name"]}, where it may have anything (a quote in it is written twice), or {@code [0]}.
 */
final class ReferenceReader {
    private static final String INPUTS = "inputs";
    private static final String TASKS = "tasks";
    private static final String RESULT = "result";

    private final String text;
    private int at;

    ReferenceReader(String text, int from) {
        this.text = text;
        this.at = from;
    }

    /** Behind the closing brace, once a reference was read. */
    int end() {
        return at;
    }

    /** The reference up to its closing brace; null if there is none. */
    @Nullable Reference read() {
        if (text.startsWith(INPUTS, at)) {
            at += INPUTS.length();
            List<Step> steps = steps();
            return steps == null || steps.isEmpty()
                    ? null
                    : new Reference.ToInput(steps.getFirst().name(), names(steps.subList(1, steps.size())));
        }
        if (text.startsWith(TASKS, at)) {
            at += TASKS.length();
            List<Step> steps = steps();
            return steps == null ? null : toResult(steps);
        }
        return null;
    }

    /** The steps before the first {@code .result} are the key, with the dots between them. */
    private static @Nullable Reference toResult(List<Step> steps) {
        for (int result = 1; result < steps.size(); result++) {
            if (!steps.get(result).quoted() && steps.get(result).name().equals(RESULT)) {
                return new Reference.ToResult(
                        String.join(".", names(steps.subList(0, result))),
                        names(steps.subList(result + 1, steps.size())));
            }
        }
        return null;
    }

    private static List<String> names(List<Step> steps) {
        return steps.stream().map(Step::name).toList();
    }

    private record Step(String name, boolean quoted) {}

    private @Nullable List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        while (at < text.length()) {
            char next = text.charAt(at++);
            if (next == '}') {
                return steps;
            }
            String name = next == '.' ? name(c -> ".[]{}".indexOf(c) < 0) : next == '[' ? bracketed() : null;
            if (name == null) {
                return null;
            }
            steps.add(new Step(name, next == '['));
        }
        return null;
    }

    /** The characters from here on that belong to a name; null if there are none. */
    private @Nullable String name(IntPredicate belongs) {
        int from = at;
        while (at < text.length() && belongs.test(text.charAt(at))) {
            at++;
        }
        return at == from ? null : text.substring(from, at);
    }

    private @Nullable String bracketed() {
        if (at == text.length()) {
            return null;
        }
        char quote = text.charAt(at);
        String name = quote == '\'' || quote == '"' ? quoted(quote) : name(c -> c >= '0' && c <= '9');
        return name == null || at == text.length() || text.charAt(at++) != ']' ? null : name;
    }

    /** Two quotes stand for one. */
    private @Nullable String quoted(char quote) {
        StringBuilder name = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char next = text.charAt(at);
            if (next != quote) {
                name.append(next);
            } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                name.append(quote);
                at++;
            } else {
                at++;
                return name.toString();
            }
        }
        return null;
    }
}
