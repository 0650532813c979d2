package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.failure.CliFailure;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** What a DAG file in YAML says, event by event, and where its inputs stand in the text. Not thread-safe. */
final class YamlOutline {
    private static final String INPUTS = "inputs";

    private final String file;
    private final String text;
    private final boolean oneUnitEach;
    private final Set<String> wanted;
    private final Iterator<Event> events;
    private final DeclaredInputs inputs;
    private final MessageDigest digest = sha256();
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private boolean anyDocument;

    private YamlOutline(String file, String text, Set<String> wanted) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setCodePointLimit(Integer.MAX_VALUE)
                .build();
        this.file = file;
        this.text = text;
        this.oneUnitEach = text.codePointCount(0, text.length()) == text.length();
        this.wanted = wanted;
        this.events = new Parse(settings).parseString(text).iterator();
        this.inputs = new DeclaredInputs(file, text);
    }

    /**
     * Reads a file.
     *
     * @param wanted the inputs whose values are told apart from the rest
     */
    static YamlOutline of(String file, String text, Set<String> wanted) {
        YamlOutline outline = new YamlOutline(file, text, wanted);
        outline.document();
        return outline;
    }

    /** What a single value says. */
    static List<String> ofValue(String text) {
        YamlOutline outline = new YamlOutline("value", text, Set.of());
        outline.events.next(); // the stream
        outline.events.next(); // its document
        List<String> said = new ArrayList<>();
        outline.node(outline.events.next(), said::add);
        return said;
    }

    /** Where the inputs stand. */
    DeclaredInputs inputs() {
        return inputs;
    }

    /** A digest of what the file says but for the wanted values; to be asked for once. */
    byte[] rest() {
        return digest.digest();
    }

    /** What the wanted values say, each by its name, without its anchor. */
    Map<String, List<String>> values() {
        return values;
    }

    private void document() {
        for (Event event = next(); event != null; event = next()) {
            if (event instanceof DocumentStartEvent && events.hasNext()) {
                Event first = events.next();
                if (first instanceof MappingStartEvent && !anyDocument) {
                    noteRest(said(first));
                    root();
                } else {
                    node(first, this::noteRest);
                }
                anyDocument = true;
            }
        }
    }

    /** The next event, noted; null at the end. */
    private @Nullable Event next() {
        if (!events.hasNext()) {
            return null;
        }
        Event event = events.next();
        noteRest(said(event));
        return event;
    }

    private void root() {
        boolean found = false;
        for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
            node(key, this::noteRest);
            Event value = events.next();
            if (found || !isNamed(key, INPUTS)) {
                node(value, this::noteRest);
            } else if (value instanceof AliasEvent) {
                throw new CliFailure(
                        file + " takes its inputs from elsewhere by an alias: write them out to give others.");
            } else if (value instanceof MappingStartEvent) {
                found = true;
                noteRest(said(value));
                inputs.declare();
                readInputs();
            } else {
                node(value, this::noteRest);
            }
        }
        noteRest("}");
    }

    private void readInputs() {
        for (Event key = events.next(); !(key instanceof MappingEndEvent); key = events.next()) {
            Event keyEnd = node(key, this::noteRest);
            NodeEvent value = (NodeEvent) events.next();
            String name = key instanceof ScalarEvent scalar ? scalar.getValue() : "";
            if (!(key instanceof ScalarEvent)) {
                node(value, this::noteRest);
                continue;
            }
            boolean apart = wanted.contains(name) && !values.containsKey(name);
            List<String> said = new ArrayList<>();
            Event valueEnd = node(value, apart ? said::add : this::noteRest);
            if (apart) {
                values.put(name, said);
                noteRest("=" + anchor(value));
                said.set(0, said.getFirst().substring(anchor(value).length()));
            }
            int from = at(keyEnd.getEndMark().orElseThrow());
            inputs.add(name, from, trimmed(from, at(valueEnd.getEndMark().orElseThrow())), ": " + anchor(value));
        }
        noteRest("}");
    }

    /** A block's end is where the next thing begins; what lies between belongs to neither. */
    private int trimmed(int from, int end) {
        int at = end;
        while (at > from && Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }

    private int at(Mark mark) {
        return oneUnitEach ? mark.getIndex() : text.offsetByCodePoints(0, mark.getIndex());
    }

    /** Reads on to the end of a node; returns its last event. */
    private Event node(Event first, Consumer<String> said) {
        said.accept(said(first));
        Event last = first;
        for (int depth = first instanceof CollectionStartEvent ? 1 : 0; depth > 0; ) {
            last = events.next();
            said.accept(said(last));
            depth += last instanceof CollectionStartEvent ? 1 : last instanceof CollectionEndEvent ? -1 : 0;
        }
        return last;
    }

    private void noteRest(String said) {
        digest.update((said + "\0").getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static boolean isNamed(Event key, String name) {
        return key instanceof ScalarEvent scalar && scalar.getValue().equals(name);
    }

    private static String said(Event event) {
        return switch (event) {
            case ScalarEvent scalar ->
                anchor(scalar) + (scalar.isPlain() ? "plain " : "quoted ")
                        + scalar.getTag().orElse("") + " " + scalar.getValue();
            case AliasEvent alias -> "*" + alias.getAlias();
            case MappingStartEvent mapping ->
                anchor(mapping) + "{" + mapping.getTag().orElse("");
            case CollectionStartEvent sequence ->
                anchor(sequence) + "[" + sequence.getTag().orElse("");
            case MappingEndEvent end -> "}";
            case CollectionEndEvent end -> "]";
            default -> event.getEventId().name();
        };
    }

    private static String anchor(NodeEvent event) {
        return event instanceof AliasEvent
                ? ""
                : event.getAnchor().map(anchor -> "&" + anchor.getValue() + " ").orElse("");
    }
}
