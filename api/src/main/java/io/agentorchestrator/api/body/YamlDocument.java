package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.workflows.model.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * YAML, as far as it says the same as JSON: no tags beyond JSON's, names once, one document. It builds the tree from the
 * parser's events. An alias shares the node of its anchor and is charged for all that the node stands for, merged or not, so that a
 * document that would unfold beyond the limits is refused before anything unfolds.
 */
public final class YamlDocument {
    /** Values in a document, counted as if every alias were written out. */
    public static final int MAX_VALUES = 2_000_000;

    private static final String TAGS = "tag:yaml.org,2002:";
    private static final Pattern TOKEN = Pattern.compile("'?<([a-z ]+)>'?");
    private static final Pattern STRAY_CHARACTER =
            Pattern.compile("^found character '(.*)' that cannot start any token");
    private static final Pattern VERSION = Pattern.compile("Version\\{major=(\\d+), minor=(\\d+)}");

    /** The parser copies what it holds of a scalar or a comment whenever it reads on: in small steps a long one takes time squared. */
    private static final int MAX_STEP_CHARS = 1024 * 1024;

    private static final int MIN_STEP_CHARS = 1024;

    private final Iterator<Event> events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    /** The names and indexes that lead to the value that is being read. */
    private final Deque<Object> path = new ArrayDeque<>();

    private long values;
    private long chars;

    private YamlDocument(Iterator<Event> events) {
        this.events = events;
    }

    /**
     * The document as a tree.
     *
     * @throws ProblemException if it is malformed or beyond a limit; it says where
     */
    public static JsonNode parse(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw malformed((Mark) null, "the body is not UTF-8");
        }
        try {
            return new YamlDocument(new Parse(settings(text)).parseString(text).iterator()).document();
        } catch (MarkedYamlEngineException e) {
            throw malformed(e.getProblemMark().orElse(null), inWords(String.valueOf(e.getProblem())));
        } catch (ReaderException e) {
            throw forbiddenCharacter(text, e);
        } catch (YamlEngineException e) {
            throw malformed((Mark) null, inWords(firstLine(String.valueOf(e.getMessage()))));
        }
    }

    private static LoadSettings settings(String text) {
        return LoadSettings.builder()
                .setLabel("body")
                .setCodePointLimit(Limits.MAX_REQUEST_BYTES)
                .setBufferSize(Math.clamp(text.length(), MIN_STEP_CHARS, MAX_STEP_CHARS))
                .setUseMarks(true)
                .build();
    }

    /** The parser reads ahead and tells of it by its place among all code points. */
    private static ProblemException forbiddenCharacter(String text, ReaderException e) {
        int at = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
        String before = text.substring(0, at);
        return malformed(
                (Mark) null,
                located(
                        (int) before.chars().filter(c -> c == '\n').count(),
                        before.codePointCount(before.lastIndexOf('\n') + 1, before.length()),
                        "YAML may not hold the character U+%04X; in double quotes it can be written \\u%04X"
                                .formatted(e.getCodePoint(), e.getCodePoint())));
    }

    private JsonNode document() {
        expect(Event.ID.StreamStart);
        Event start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            throw malformed((Mark) null, "the body is empty; a YAML mapping is needed");
        }
        JsonNode root = value(events.next(), 1).node();
        expect(Event.ID.DocumentEnd);
        Event end = events.next();
        if (end.getEventId() != Event.ID.StreamEnd) {
            throw malformed(end, "there is a second document; send one");
        }
        return root;
    }

    private void expect(Event.ID id) {
        Event event = events.next();
        if (event.getEventId() != id) {
            throw malformed(event, "expected " + id + ", found " + event.getEventId());
        }
    }

    /** A node, how deep it goes, and what it and all below it count against the limits, aliases written out. */
    private record Anchored(JsonNode node, int height, long values, long chars) {}

    private Anchored value(Event event, int depth) {
        if (depth > Limits.MAX_JSON_DEPTH) {
            throw limit(event, "it is nested deeper than " + Limits.MAX_JSON_DEPTH + " levels");
        }
        if (event instanceof AliasEvent alias) {
            return alias(alias, depth);
        }
        long valuesBefore = values;
        long charsBefore = chars;
        Built built = switch (event) {
            case ScalarEvent scalar -> scalar(scalar);
            case MappingStartEvent mapping -> mapping(mapping, depth);
            case CollectionStartEvent sequence -> sequence(sequence, depth);
            default -> throw malformed(event, "a value is needed here");
        };
        charge(event, 1, 0);
        Anchored anchored = new Anchored(built.node(), built.height(), values - valuesBefore, chars - charsBefore);
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, anchored));
        return anchored;
    }

    /** The value of a collection of this depth by its name or index. */
    private Anchored member(Object nameOrIndex, Event event, int depth) {
        path.addLast(nameOrIndex);
        Anchored member = value(event, depth + 1);
        path.removeLast();
        return member;
    }

    private record Built(JsonNode node, int height) {}

    private Anchored alias(AliasEvent alias, int depth) {
        Anchored anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            throw malformed(alias, "the alias *" + alias.getAlias() + " has no anchor before it, or stands within it");
        }
        if (depth + anchored.height() - 1 > Limits.MAX_JSON_DEPTH) {
            throw limit(alias, "it is nested deeper than " + Limits.MAX_JSON_DEPTH + " levels");
        }
        charge(alias, anchored.values(), anchored.chars());
        return anchored;
    }

    private void charge(Event event, long moreValues, long moreChars) {
        values += moreValues;
        chars += moreChars;
        if (values > MAX_VALUES || chars > Limits.MAX_REQUEST_BYTES) {
            throw limit(
                    event,
                    "with its aliases written out it would hold more than %,d values or %,d characters"
                            .formatted(MAX_VALUES, Limits.MAX_REQUEST_BYTES));
        }
    }

    private Built scalar(ScalarEvent event) {
        charge(event, 0, event.getValue().length());
        if (event.isPlain()
                && event.getValue().length() > JsonDocument.MAX_NUMBER_LENGTH
                && YamlScalars.isNumber(event.getValue())) {
            throw limit(event, "a number has more than %,d characters".formatted(JsonDocument.MAX_NUMBER_LENGTH));
        }
        Optional<JsonNode> node =
                YamlScalars.resolve(event.getValue(), event.getTag().orElse(null), event.isPlain());
        return new Built(
                node.orElseThrow(
                        () -> malformed(event, "the tag " + event.getTag().orElse("") + " does not fit here")),
                1);
    }

    private Built sequence(CollectionStartEvent start, int depth) {
        checkTag(start, "seq");
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        int height = 0;
        for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
            Anchored item = member(array.size(), event, depth);
            height = Math.max(height, item.height());
            array.add(item.node());
        }
        return new Built(array, height + 1);
    }

    private Built mapping(MappingStartEvent start, int depth) {
        checkTag(start, "map");
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ObjectNode merged = null;
        int height = 0;
        for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
            if (YamlMerge.isKey(event)) {
                if (merged != null) {
                    throw malformed(event, "the merge key << stands here twice; give it a list: <<: [*a, *b]");
                }
                Event source = events.next();
                Anchored mappings = member(YamlMerge.KEY, source, depth);
                height = Math.max(height, mappings.height() - 1);
                merged = YamlMerge.members(mappings.node())
                        .orElseThrow(() -> malformed(
                                source, "the merge key << takes a mapping or a list of mappings, such as <<: *anchor"));
                continue;
            }
            String name = name(event, depth);
            if (object.has(name)) {
                throw malformed(event, "the name '" + Shown.text(name) + "' stands here twice");
            }
            Anchored member = member(name, events.next(), depth);
            height = Math.max(height, member.height());
            object.set(name, member.node());
        }
        if (merged != null) {
            YamlMerge.addMissing(object, merged);
        }
        return new Built(object, height + 1);
    }

    private String name(Event event, int depth) {
        JsonNode name = value(event, depth + 1).node();
        if (!name.isString() && !name.isNumber() && !name.isBoolean()) {
            throw malformed(event, "a name is text, not a collection or null");
        }
        if (event instanceof AliasEvent && name.asString().equals(YamlMerge.KEY)) {
            throw malformed(event, "the merge key is written out, as <<, not as an alias");
        }
        String text = event instanceof ScalarEvent scalar ? scalar.getValue() : name.asString();
        if (text.length() > JsonDocument.MAX_NAME_LENGTH) {
            throw limit(event, JsonMessages.NAME_TOO_LONG);
        }
        return text;
    }

    private static void checkTag(CollectionStartEvent start, String expected) {
        String tag = start.getTag().orElse("!");
        if (!tag.equals("!") && !tag.equals(TAGS + expected)) {
            throw malformed(start, "the tag " + tag + " does not fit here");
        }
    }

    private static ProblemException malformed(@Nullable Event event, String message) {
        return problem(
                ProblemCode.MALFORMED_YAML,
                event == null ? null : event.getStartMark().orElse(null),
                message);
    }

    private static ProblemException malformed(@Nullable Mark mark, String message) {
        return problem(ProblemCode.MALFORMED_YAML, mark, message);
    }

    private ProblemException limit(Event event, String message) {
        String pointer = "";
        for (Object nameOrIndex : path) {
            pointer = Pointers.member(pointer, nameOrIndex.toString());
        }
        return new ProblemException(ValidationError.in(
                pointer,
                ProblemCode.LIMIT_EXCEEDED,
                located(event.getStartMark().orElse(null), message)));
    }

    private static ProblemException problem(ProblemCode code, @Nullable Mark mark, String message) {
        return new ProblemException(ValidationError.in("", code, located(mark, message)));
    }

    private static String located(@Nullable Mark mark, String message) {
        return mark == null ? message : located(mark.getLine(), mark.getColumn(), message);
    }

    private static String located(int line, int column, String message) {
        return "line %d, column %d: %s".formatted(line + 1, column + 1, message);
    }

    /** Rewords the parser's message, or takes out the marks that it puts around its tokens. */
    private static String inWords(String message) {
        Matcher stray = STRAY_CHARACTER.matcher(message);
        if (stray.find()) {
            return stray.group(1).startsWith("\\t")
                    ? "a tab stands where YAML takes none; indent with spaces"
                    : "%s cannot begin a value or a name; put the text in quotes".formatted(stray.group(1));
        }
        Matcher version = VERSION.matcher(message);
        if (version.matches()) {
            return "YAML %s.%s is not known here; leave out the line %%YAML"
                    .formatted(version.group(1), version.group(2));
        }
        return TOKEN.matcher(message).replaceAll("$1");
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }
}
