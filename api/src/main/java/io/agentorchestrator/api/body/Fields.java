package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.Findings;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.workflows.model.Limits;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object, taken one by one. What is wrong with a field goes to the findings, with a pointer, and the
 * field then reads as absent; so does one that is null. Ask for every field that is known, then {@link #finish()} names those
 * that are not. For one thread.
 */
public final class Fields {
    private static final Pattern LABEL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_./-]*");

    /** A time as RFC 3339 writes it, with seconds and a zone. */
    private static final Pattern TIME = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])");

    private static final Pattern ZONE = Pattern.compile("[Zz]$|([+-])([0-9]{2}):([0-9]{2})$");

    private final JsonNode node;
    private final String pointer;
    private final Findings findings;
    private final Set<String> known = new LinkedHashSet<>();

    private Fields(JsonNode node, String pointer, Findings findings) {
        this.node = node;
        this.pointer = pointer;
        this.findings = findings;
    }

    /** The fields of an object; null, with a finding, if it is none. */
    public static @Nullable Fields of(JsonNode node, String pointer, Findings findings) {
        if (!node.isObject()) {
            findings.add(ProblemCode.INVALID_TYPE, pointer, wrongType("an object", node));
            return null;
        }
        return new Fields(node, pointer, findings);
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

    public void add(ProblemCode code, String field, String message) {
        findings.add(code, pointerTo(field), message);
    }

    /** Says of an element of an array what is wrong with it. */
    public void addAt(ProblemCode code, String field, int index, String message) {
        findings.add(code, pointerTo(field, index), message);
    }

    /** The names of all fields that the object has; those that are any name at all are known, then. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>(node.propertyNames());
        known.addAll(names);
        return names;
    }

    /** The field's value, whatever it is but null, which is as if it were absent. */
    public @Nullable JsonNode any(String name) {
        known.add(name);
        return node.hasNonNull(name) ? node.get(name) : null;
    }

    /** Text of one character or more. */
    public @Nullable String text(String name, int maxLength) {
        JsonNode value = ofKind(name, JsonNode::isString, "a string");
        if (value == null) {
            return null;
        }
        String text = value.stringValue();
        if (text.isEmpty() || text.length() > maxLength) {
            add(
                    ProblemCode.INVALID_VALUE,
                    name,
                    "1 to %,d characters are allowed, not %,d".formatted(maxLength, text.length()));
            return null;
        }
        return text;
    }

    /** Text that a pattern describes; {@code described} says so to people. */
    public @Nullable String text(String name, Pattern pattern, String described) {
        JsonNode value = ofKind(name, JsonNode::isString, "a string");
        if (value == null) {
            return null;
        }
        if (!pattern.matcher(value.stringValue()).matches()) {
            add(
                    ProblemCode.INVALID_VALUE,
                    name,
                    "%s is needed, not '%s'".formatted(described, Shown.text(value.stringValue())));
            return null;
        }
        return value.stringValue();
    }

    public @Nullable Integer integer(String name, int min, int max) {
        JsonNode value = ofKind(name, JsonNode::isIntegralNumber, "a whole number");
        if (value == null) {
            return null;
        }
        BigInteger number = value.bigIntegerValue();
        if (number.compareTo(BigInteger.valueOf(min)) < 0 || number.compareTo(BigInteger.valueOf(max)) > 0) {
            add(
                    ProblemCode.OUT_OF_RANGE,
                    name,
                    "%d to %d is allowed, not %s".formatted(min, max, Shown.text(number.toString())));
            return null;
        }
        return number.intValueExact();
    }

    public @Nullable Boolean bool(String name) {
        JsonNode value = ofKind(name, JsonNode::isBoolean, "true or false");
        return value == null ? null : (Boolean) value.booleanValue();
    }

    public @Nullable BigDecimal number(String name, BigDecimal min, BigDecimal max) {
        JsonNode value = ofKind(name, JsonNode::isNumber, "a number");
        if (value == null) {
            return null;
        }
        BigDecimal number = value.decimalValue();
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            add(
                    ProblemCode.OUT_OF_RANGE,
                    name,
                    "%s to %s is allowed, not %s"
                            .formatted(min.toPlainString(), max.toPlainString(), Shown.text(number.toString())));
            return null;
        }
        return number;
    }

    public <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> type) {
        return oneOf(name, Arrays.asList(type.getEnumConstants()));
    }

    public <E extends Enum<E>> @Nullable E oneOf(String name, List<E> values) {
        JsonNode value = ofKind(name, JsonNode::isString, "a string");
        if (value == null) {
            return null;
        }
        for (E candidate : values) {
            if (candidate.name().equals(value.stringValue())) {
                return candidate;
            }
        }
        List<String> names = values.stream().map(Enum::name).toList();
        add(
                ProblemCode.INVALID_VALUE,
                name,
                "one of %s is needed, not '%s'".formatted(String.join(", ", names), Shown.text(value.stringValue())));
        return null;
    }

    /** An ISO 8601 duration, such as PT1M30S. */
    public @Nullable Duration duration(String name, Duration min, Duration max) {
        JsonNode value = ofKind(name, JsonNode::isString, "an ISO 8601 duration such as \"PT1M30S\"");
        if (value == null) {
            return null;
        }
        try {
            Duration duration = Duration.parse(value.stringValue());
            if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
                add(
                        ProblemCode.OUT_OF_RANGE,
                        name,
                        "%s to %s is allowed, not %s".formatted(min, max, Shown.text(value.stringValue())));
                return null;
            }
            return duration;
        } catch (DateTimeException | ArithmeticException _) {
            add(
                    ProblemCode.INVALID_VALUE,
                    name,
                    "an ISO 8601 duration such as PT1M30S is needed, not '%s'"
                            .formatted(Shown.text(value.stringValue())));
            return null;
        }
    }

    /** A time (RFC 3339) after {@code now}, to the microsecond. */
    public @Nullable Instant timeAfter(String name, Instant now) {
        String text = text(name, TIME, "a time as of RFC 3339, such as 2030-01-31T12:00:00Z,");
        if (text == null) {
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

    public @Nullable Fields object(String name) {
        JsonNode value = any(name);
        return value == null ? null : of(value, pointerTo(name), findings);
    }

    /** The elements of an array. */
    public @Nullable List<JsonNode> array(String name) {
        JsonNode value = ofKind(name, JsonNode::isArray, "an array");
        if (value == null) {
            return null;
        }
        return List.copyOf(value.values());
    }

    /** An array of texts that a pattern describes. Elements that are wrong are left out, with a finding. */
    public @Nullable List<String> texts(String name, int maxCount, Pattern pattern, String described) {
        List<JsonNode> values = array(name);
        if (values == null) {
            return null;
        }
        if (values.size() > maxCount) {
            add(ProblemCode.OUT_OF_RANGE, name, "at most %,d are allowed, not %,d".formatted(maxCount, values.size()));
            return null;
        }
        List<String> texts = new ArrayList<>(values.size());
        for (int index = 0; index < values.size(); index++) {
            JsonNode value = values.get(index);
            String at = pointerTo(name, index);
            if (!value.isString()) {
                findings.add(ProblemCode.INVALID_TYPE, at, wrongType("a string", value));
            } else if (!pattern.matcher(value.stringValue()).matches()) {
                findings.add(
                        ProblemCode.INVALID_VALUE,
                        at,
                        "%s is needed, not '%s'".formatted(described, Shown.text(value.stringValue())));
            } else {
                texts.add(value.stringValue());
            }
        }
        return texts;
    }

    /** Labels: an object of strings. */
    public @Nullable SortedMap<String, String> labels(String name) {
        Fields labels = object(name);
        if (labels == null) {
            return null;
        }
        if (labels.node.size() > Limits.MAX_LABELS) {
            add(
                    ProblemCode.OUT_OF_RANGE,
                    name,
                    "at most %d labels are allowed, not %,d".formatted(Limits.MAX_LABELS, labels.node.size()));
            return null;
        }
        SortedMap<String, String> read = new TreeMap<>();
        for (Map.Entry<String, JsonNode> label : labels.node.properties()) {
            JsonNode value = label.getValue();
            if (label.getKey().length() > Limits.MAX_KEY_LENGTH
                    || !LABEL_NAME.matcher(label.getKey()).matches()) {
                labels.add(
                        ProblemCode.INVALID_VALUE,
                        label.getKey(),
                        "a label's name is up to %d letters, digits and any of _ . / -, and begins with a letter or digit"
                                .formatted(Limits.MAX_KEY_LENGTH));
            } else if (!value.isString()) {
                labels.add(ProblemCode.INVALID_TYPE, label.getKey(), wrongType("a string", value));
            } else if (value.stringValue().length() > Limits.MAX_LABEL_LENGTH) {
                labels.add(
                        ProblemCode.INVALID_VALUE,
                        label.getKey(),
                        "a label has at most %d characters".formatted(Limits.MAX_LABEL_LENGTH));
            } else {
                read.put(label.getKey(), value.stringValue());
            }
        }
        return read;
    }

    /** Refuses fields whose function is not built yet. */
    public void unsupported(String... names) {
        for (String name : names) {
            if (any(name) != null) {
                add(ProblemCode.UNSUPPORTED_FIELD, name, "'" + name + "' is not supported yet; leave it out");
            }
        }
    }

    /** Says of a field that has to be there and is not. */
    public void missing(String name) {
        add(ProblemCode.MISSING_FIELD, name, "'" + name + "' is required");
    }

    /** Names the fields that nobody asked for. */
    public void finish() {
        for (String name : node.propertyNames()) {
            if (!known.contains(name)) {
                add(
                        ProblemCode.UNKNOWN_FIELD,
                        name,
                        "'%s' is not a field of this object; its fields are %s"
                                .formatted(Shown.text(name), known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
    }

    /** The field's value if it is of a kind; null where it is absent or, with a finding, another kind. */
    private @Nullable JsonNode ofKind(String name, Predicate<JsonNode> kind, String expected) {
        JsonNode value = any(name);
        if (value == null || kind.test(value)) {
            return value;
        }
        add(ProblemCode.INVALID_TYPE, name, wrongType(expected, value));
        return null;
    }

    private static String wrongType(String expected, JsonNode value) {
        return expected + " is needed, not " + kindOf(value);
    }

    private static String kindOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> value.isIntegralNumber() ? "a number" : "a fraction";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
            case BINARY, MISSING, POJO -> "something else";
        };
    }
}
