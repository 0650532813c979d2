package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationErrors;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The fields of one JSON object that was checked by its schema. A field that is null, or of another type than it is asked for
 * as, reads as absent: the check has told of it. Times and durations are checked as they are read. For one thread.
 */
public final class Fields {
    /** A time as RFC 3339 writes it, with seconds and a zone. */
    private static final Pattern TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])");

    private static final Pattern ZONE = Pattern.compile("[Zz]$|([+-])([0-9]{2}):([0-9]{2})$");

    private final JsonNode node;
    private final String pointer;
    private final ValidationErrors findings;

    private Fields(JsonNode node, String pointer, ValidationErrors findings) {
        this.node = node;
        this.pointer = pointer;
        this.findings = findings;
    }

    /** The fields of an object; of anything else, none. */
    public static Fields of(JsonNode node, String pointer, ValidationErrors findings) {
        return new Fields(node.isObject() ? node : JsonNodeFactory.instance.objectNode(), pointer, findings);
    }

    /** Where the object is. */
    public String pointer() {
        return pointer;
    }

    /** Where a field of the object is. */
    public String pointerTo(String name) {
        return Pointers.member(pointer, name);
    }

    /** Where an element of a field is that is an array. */
    public String pointerTo(String name, int index) {
        return Pointers.element(pointerTo(name), index);
    }

    /** Whether the object has the field; a field that is null is one that is absent. */
    public boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** Says of a field what is wrong with it. */
    public void add(ProblemCode code, String field, String message) {
        findings.add(code, pointerTo(field), message);
    }

    /** Says of an element of an array what is wrong with it. */
    public void addAt(ProblemCode code, String field, int index, String message) {
        findings.add(code, pointerTo(field, index), message);
    }

    /** The names of all fields that the object has, in its order. */
    public List<String> names() {
        return List.copyOf(node.propertyNames());
    }

    /** The field, if it is text. */
    public @Nullable String text(String name) {
        JsonNode value = ofType(name, JsonNode::isString);
        return value == null ? null : value.stringValue();
    }

    /** A whole number; one that is out of an int's range reads as absent. */
    public @Nullable Integer integer(String name) {
        BigDecimal number = number(name);
        try {
            return number == null ? null : (Integer) number.intValueExact();
        } catch (ArithmeticException _) {
            return null;
        }
    }

    /** The field, if it is true or false. */
    public @Nullable Boolean bool(String name) {
        JsonNode value = ofType(name, JsonNode::isBoolean);
        return value == null ? null : (Boolean) value.booleanValue();
    }

    /** A number, as it was written. */
    public @Nullable BigDecimal number(String name) {
        JsonNode value = ofType(name, JsonNode::isNumber);
        return value == null ? null : value.decimalValue();
    }

    /** One of an enum's constants, by its name. */
    public <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> type) {
        String text = text(name);
        for (E candidate : type.getEnumConstants()) {
            if (candidate.name().equals(text)) {
                return candidate;
            }
        }
        return null;
    }

    /** An ISO 8601 duration, such as PT1M30S. */
    public @Nullable Duration duration(String name, Duration min, Duration max) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                add(
                        ProblemCode.OUT_OF_RANGE,
                        name,
                        "%s to %s is allowed, not %s".formatted(min, max, Shown.text(text)));
                return null;
            }
            return duration;
        } catch (DateTimeException | ArithmeticException _) {
            add(
                    ProblemCode.INVALID_VALUE,
                    name,
                    "an ISO 8601 duration such as PT1M30S is needed, not '%s'".formatted(Shown.text(text)));
            return null;
        }
    }

    /** A time (RFC 3339) after {@code now}, to the microsecond. */
    public @Nullable Instant timeAfter(String name, Instant now) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        if (!TIME.matcher(text).matches()) {
            add(
                    ProblemCode.INVALID_VALUE,
                    name,
                    "a time as of RFC 3339, such as 2030-01-31T12:00:00Z, is needed, not '%s'"
                            .formatted(Shown.text(text)));
            return null;
        }
        try {
            Instant time = time(text).truncatedTo(ChronoUnit.MICROS);
            if (!time.isAfter(now)) {
                add(
                        ProblemCode.OUT_OF_RANGE,
                        name,
                        "a time in the future is needed; %s has passed, it is %s"
                                .formatted(time, now.truncatedTo(ChronoUnit.SECONDS)));
                return null;
            }
            return time;
        } catch (DateTimeException _) {
            add(ProblemCode.INVALID_VALUE, name, "there is no such time as '%s'".formatted(Shown.text(text)));
            return null;
        }
    }

    /** RFC 3339 has offsets of up to a day, {@link java.time.ZoneOffset} of 18 hours. */
    private static Instant time(String text) {
        Matcher zone = ZONE.matcher(text);
        if (!zone.find()) {
            throw new DateTimeException("no zone");
        }
        Instant local = LocalDateTime.parse(text.substring(0, zone.start())).toInstant(ZoneOffset.UTC);
        if (zone.group(1) == null) {
            return local;
        }
        Duration offset =
                Duration.ofHours(Integer.parseInt(zone.group(2))).plusMinutes(Integer.parseInt(zone.group(3)));
        return zone.group(1).equals("+") ? local.minus(offset) : local.plus(offset);
    }

    /** The field as a tree, if it is an object. */
    public @Nullable JsonNode tree(String name) {
        return ofType(name, JsonNode::isObject);
    }

    /** The fields of a field that is an object. */
    public @Nullable Fields object(String name) {
        JsonNode value = tree(name);
        return value == null ? null : new Fields(value, pointerTo(name), findings);
    }

    /** The elements of an array. */
    public @Nullable List<JsonNode> array(String name) {
        JsonNode value = ofType(name, JsonNode::isArray);
        return value == null ? null : List.copyOf(value.values());
    }

    /** The texts of an array. */
    public @Nullable List<String> texts(String name) {
        List<JsonNode> values = array(name);
        return values == null
                ? null
                : values.stream()
                        .filter(JsonNode::isString)
                        .map(JsonNode::stringValue)
                        .toList();
    }

    /** The texts of an object. */
    public @Nullable SortedMap<String, String> labels(String name) {
        JsonNode value = tree(name);
        if (value == null) {
            return null;
        }
        SortedMap<String, String> labels = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label : value.properties()) {
            if (label.getValue().isString()) {
                labels.put(label.getKey(), label.getValue().stringValue());
            }
        }
        return labels;
    }

    private @Nullable JsonNode ofType(String name, Predicate<JsonNode> type) {
        JsonNode value = node.get(name);
        return value != null && type.test(value) ? value : null;
    }
}
