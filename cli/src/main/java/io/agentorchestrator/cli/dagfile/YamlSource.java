package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.dagfile.YamlNode.Alias;
import io.agentorchestrator.cli.dagfile.YamlNode.Mapping;
import io.agentorchestrator.cli.dagfile.YamlNode.Member;
import io.agentorchestrator.cli.dagfile.YamlNode.Scalar;
import io.agentorchestrator.cli.dagfile.YamlNode.Sequence;
import io.agentorchestrator.cli.failure.CliFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * The first document of a text in YAML. What is wrong in it, such as an alias without an anchor, is for the API to refuse: it stays
 * in the text. Not thread-safe.
 */
final class YamlSource {
    /** Values with aliases written out: what the API takes. */
    static final int MAX_VALUES = 2_000_000;

    /** More than the API takes; keeps the stack from overflowing. */
    static final int MAX_DEPTH = 500;

    /** The parser copies what it holds of a scalar or a comment whenever it reads on: in small steps a long one takes time squared. */
    private static final int MAX_STEP_CHARS = 1024 * 1024;

    private static final int MIN_STEP_CHARS = 1024;

    private static final Scalar NOTHING = new Scalar(0, 0, "unknown", "", false);

    private final String file;
    private final String text;
    private final int[] wide;
    private final Iterator<Event> events;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private final List<Alias> aliases = new ArrayList<>();
    private long values;
    private long chars;
    private int depth;
    private final @Nullable YamlNode root;

    private record Anchored(YamlNode node, long values, long chars) {}

    private YamlSource(String file, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(Integer.MAX_VALUE)
                .setBufferSize(Math.clamp(text.length(), MIN_STEP_CHARS, MAX_STEP_CHARS))
                .build();
        this.file = file;
        this.text = text;
        this.wide = wide(text);
        this.events = new Parse(settings).parseString(text).iterator();
        this.root = document();
    }

    /**
     * Reads a text.
     *
     * @throws org.snakeyaml.engine.v2.exceptions.YamlEngineException if it is no YAML
     * @throws CliFailure if it is larger than anything that the API takes
     */
    static YamlSource read(String file, String text) {
        return new YamlSource(file, text);
    }

    /** What it says; null if it is empty. */
    @Nullable YamlNode root() {
        return root;
    }

    /** All its aliases, in the order of the text. */
    List<Alias> aliases() {
        return aliases;
    }

    private @Nullable YamlNode document() {
        while (events.hasNext()) {
            if (events.next() instanceof DocumentStartEvent) {
                return node(events.next());
            }
        }
        return null;
    }

    private YamlNode node(Event event) {
        long valuesBefore = values;
        long charsBefore = chars;
        depth++;
        if (depth > MAX_DEPTH) {
            throw new CliFailure(file + " is nested deeper than " + MAX_DEPTH + " levels, more than the API takes.");
        }
        charge(1, 0);
        YamlNode node = switch (event) {
            case AliasEvent alias -> alias(alias);
            case ScalarEvent scalar -> scalar(scalar);
            case MappingStartEvent mapping -> mapping(mapping);
            case CollectionStartEvent sequence -> sequence(sequence);
            default -> throw new IllegalStateException("no node begins with " + event);
        };
        depth--;
        if (!(event instanceof AliasEvent)) {
            ((NodeEvent) event)
                    .getAnchor()
                    .ifPresent(anchor ->
                            anchors.put(anchor, new Anchored(node, values - valuesBefore, chars - charsBefore)));
        }
        return node;
    }

    private void charge(long moreValues, long moreChars) {
        values += moreValues;
        chars += moreChars;
        if (values > MAX_VALUES || chars > DagFile.MAX_BYTES) {
            throw new CliFailure(
                    "%s holds, with its aliases written out, more than the API takes: %,d values or %,d characters."
                            .formatted(file, MAX_VALUES, DagFile.MAX_BYTES));
        }
    }

    private YamlNode alias(AliasEvent event) {
        Anchored anchored = anchors.getOrDefault(event.getAlias(), new Anchored(NOTHING, 0, 0));
        charge(anchored.values(), anchored.chars());
        Alias alias = new Alias(start(event), end(event), anchored.node());
        aliases.add(alias);
        return alias;
    }

    private YamlNode scalar(ScalarEvent event) {
        charge(0, event.getValue().length());
        return new Scalar(start(event), end(event), event.getTag().orElse(null), event.getValue(), event.isPlain());
    }

    private YamlNode sequence(CollectionStartEvent start) {
        List<YamlNode> items = new ArrayList<>();
        Event event = events.next();
        for (; !(event instanceof SequenceEndEvent); event = events.next()) {
            items.add(node(event));
        }
        return new Sequence(start(start), end(event), start.getTag().orElse(null), items);
    }

    private YamlNode mapping(MappingStartEvent start) {
        int inside = at(start.getEndMark());
        List<Member> members = new ArrayList<>();
        Event event = events.next();
        for (; !(event instanceof MappingEndEvent); event = events.next()) {
            YamlNode key = node(event);
            members.add(new Member(key, node(events.next())));
        }
        return new Mapping(start(start), end(event), start.getTag().orElse(null), start.isFlow(), inside, members);
    }

    private int start(Event event) {
        return at(event.getStartMark());
    }

    /** A block's end is where the next thing begins; what lies between belongs to neither. */
    private int end(Event event) {
        int at = at(event.getEndMark());
        while (at > 0 && Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private int at(Optional<Mark> mark) {
        int codePoint = mark.orElseThrow().getIndex();
        int found = Arrays.binarySearch(wide, codePoint);
        return codePoint + (found < 0 ? -found - 1 : found);
    }

    /** The places, in code points, of the characters that take two units of the text. */
    private static int[] wide(String text) {
        IntStream.Builder places = IntStream.builder();
        int codePoints = 0;
        for (int at = 0; at < text.length(); codePoints++) {
            int codePoint = text.codePointAt(at);
            at += Character.charCount(codePoint);
            if (Character.isSupplementaryCodePoint(codePoint)) {
                places.add(codePoints);
            }
        }
        return places.build().toArray();
    }
}
