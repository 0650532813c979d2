package io.agentorchestrator.api.caller;

import io.agentorchestrator.api.openapi.RequestSchema;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.workflows.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/** The query parameters of a list. What is wrong with one goes to the findings, and it then reads as absent. */
public final class Parameters {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final int MAX_TEXT_LENGTH = 1_000;
    private static final RequestSchema TASK_TYPE = RequestSchema.named("TaskType");
    private static final RequestSchema LABELS = RequestSchema.named("Labels");

    private final HttpServletRequest request;
    private final ValidationErrors findings = new ValidationErrors();

    public Parameters(HttpServletRequest request) {
        this.request = request;
    }

    public @Nullable String text(String name) {
        return text(name, MAX_TEXT_LENGTH);
    }

    /**
     * A text.
     *
     * @param mostChars that any such text has
     */
    public @Nullable String text(String name, int mostChars) {
        String[] values = request.getParameterValues(name);
        if (values == null) {
            return null;
        }
        if (values.length > 1) {
            invalid(name, "'" + name + "' stands here " + values.length + " times; give it once");
            return null;
        }
        return checked(name, values[0], mostChars);
    }

    private @Nullable String checked(String name, String value, int mostChars) {
        if (value.isEmpty()) {
            invalid(name, "'" + name + "' is empty; give it a value or leave it out");
        } else if (value.length() > mostChars) {
            invalid(name, "'%s' has at most %,d characters, not %,d".formatted(name, mostChars, value.length()));
        } else if (value.indexOf('\0') >= 0) {
            invalid(name, "'" + name + "' holds the character U+0000");
        } else {
            return value;
        }
        return null;
    }

    /** {@code task_type}: what no task can have for its type is refused. */
    public @Nullable String taskType() {
        String type = text("task_type");
        if (type != null) {
            TASK_TYPE
                    .refusalOf(JsonNodeFactory.instance.stringNode(type))
                    .ifPresent(message -> invalid("task_type", message));
        }
        return type;
    }

    public <E extends Enum<E>> @Nullable E oneOf(String name, List<E> values) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        for (E value : values) {
            if (value.name().equals(text)) {
                return value;
            }
        }
        invalid(
                name,
                "one of %s is needed, not '%s'"
                        .formatted(
                                String.join(
                                        ", ", values.stream().map(Enum::name).toList()),
                                Shown.text(text)));
        return null;
    }

    /** The statuses that clients see as the one that they name; empty if they name none. */
    public <E extends Enum<E>> Set<E> statuses(String name, Class<E> type, UnaryOperator<E> published) {
        Set<E> statuses = EnumSet.allOf(type);
        E named = oneOf(
                name,
                statuses.stream()
                        .filter(status -> published.apply(status) == status)
                        .toList());
        statuses.removeIf(status -> published.apply(status) != named);
        return statuses;
    }

    public @Nullable UUID id(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        Optional<UUID> id = Ids.parse(text);
        if (id.isEmpty()) {
            invalid(name, "a UUID is needed, not '%s'".formatted(Shown.text(text)));
        }
        return id.orElse(null);
    }

    /** {@code limit}: how many to list. */
    public int limit() {
        return limit(DEFAULT_LIMIT, MAX_LIMIT);
    }

    /** {@code limit}, where it is not that of a list. */
    public int limit(int usual, int most) {
        String text = text("limit");
        if (text == null) {
            return usual;
        }
        if (text.matches("[0-9]{1,9}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= most) {
                return limit;
            }
        }
        invalid("limit", "1 to %,d is allowed, not '%s'".formatted(most, Shown.text(text)));
        return usual;
    }

    /** {@code label=key=value}, repeatable, by key; all of them hold, so that none has two values. */
    public SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        String[] values = request.getParameterValues("label");
        for (String value : values == null ? List.<String>of() : Arrays.asList(values)) {
            int equals = value.indexOf('=');
            if (equals < 1) {
                invalid("label", "label=key=value is needed, not '%s'".formatted(Shown.text(value)));
            } else if (checked("label", value, MAX_TEXT_LENGTH) != null) {
                String key = value.substring(0, equals);
                String given = value.substring(equals + 1);
                String other = labels.putIfAbsent(key, given);
                if (other != null && !other.equals(given)) {
                    invalid(
                            "label",
                            "the label '%s' has one value, not both '%s' and '%s'"
                                    .formatted(Shown.text(key), Shown.text(other), Shown.text(given)));
                }
                LABELS.refusalOf(JsonNodeFactory.instance.objectNode().put(key, given))
                        .ifPresent(message -> invalid("label", message));
            }
        }
        if (labels.size() > Limits.MAX_LABELS) {
            invalid("label", "at most %d labels are allowed".formatted(Limits.MAX_LABELS));
        }
        return labels;
    }

    /** {@code cursor}: where the page before ended, if it was a page of the same list; an empty one is none. */
    public @Nullable UUID cursor(String list) {
        String[] values = request.getParameterValues("cursor");
        if (values != null && values.length == 1 && values[0].isEmpty()) {
            return null;
        }
        String text = text("cursor");
        if (text == null) {
            return null;
        }
        Optional<UUID> last = Cursor.decode(text, list);
        if (last.isEmpty()) {
            invalid("cursor", "the cursor is not one of this list with these filters; begin without it");
        }
        return last.orElse(null);
    }

    /** Ends the request if a parameter was wrong. */
    public void throwIfAnyIsWrong() {
        findings.throwIfAny();
    }

    private void invalid(String name, String message) {
        findings.add(ValidationError.ofParameter(name, ProblemCode.INVALID_PARAMETER, message));
    }
}
