package io.agentorchestrator.workflows.template;

import io.agentorchestrator.workflows.json.ExactJson;
import io.agentorchestrator.workflows.model.Limits;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One resolution of a payload. What is inserted is counted before it is inserted, so that a small payload that repeats a large
 * result fails before it has taken memory.
 */
final class Resolution {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonNode inputs;
    private final Map<String, JsonNode> resultsByKey;
    /** By identity: a value inserted twice is measured once. */
    private final IdentityHashMap<JsonNode, Extent> extents = new IdentityHashMap<>();

    private long insertedBytes;
    private int templates;

    /** The room that a value takes. */
    private record Extent(int bytes, int depth) {}

    Resolution(JsonNode inputs, Map<String, JsonNode> resultsByKey) {
        this.inputs = inputs;
        this.resultsByKey = resultsByKey;
    }

    JsonNode resolve(JsonNode payload) {
        JsonNode resolved = visit(payload, PayloadPlace.root(), 1);
        int bytes = ExactJson.bytes(resolved).length;
        if (bytes > Limits.MAX_RESOLVED_PAYLOAD_BYTES) {
            throw tooLarge(PayloadPlace.root(), bytes);
        }
        return resolved;
    }

    private JsonNode visit(JsonNode node, PayloadPlace place, int depth) {
        if (node.isString()) {
            return text(node, place, depth);
        }
        if (!node.isContainer()) {
            return node;
        }
        if (depth > Limits.MAX_JSON_DEPTH) {
            throw tooDeep(place);
        }
        if (node.isObject()) {
            ObjectNode object = NODES.objectNode();
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                object.set(member.getKey(), visit(member.getValue(), place.member(member.getKey()), depth + 1));
            }
            return object;
        }
        ArrayNode array = NODES.arrayNode(node.size());
        for (int index = 0; index < node.size(); index++) {
            array.add(visit(node.get(index), place.element(index), depth + 1));
        }
        return array;
    }

    private JsonNode text(JsonNode node, PayloadPlace place, int depth) {
        String text = node.stringValue();
        if (TemplateText.isPlain(text)) {
            return node;
        }
        List<TemplateText.Part> parts = TemplateText.parse(text);
        if (parts.size() == 1 && parts.getFirst() instanceof TemplateText.Part.Template(Reference reference)) {
            return whole(reference, place, depth);
        }
        StringBuilder filled = new StringBuilder();
        for (TemplateText.Part part : parts) {
            switch (part) {
                case TemplateText.Part.Literal(String literal) -> filled.append(literal);
                case TemplateText.Part.Malformed(String why) ->
                    throw new MissingReferenceException(place.pointer(), at(place) + why);
                case TemplateText.Part.Template(Reference reference) -> filled.append(spelled(reference, place));
            }
        }
        return NODES.stringNode(filled.toString());
    }

    private JsonNode whole(Reference reference, PayloadPlace place, int depth) {
        JsonNode value = find(reference, place);
        Extent extent = account(value, place);
        if (extent.depth() > 0 && depth - 1 + extent.depth() > Limits.MAX_JSON_DEPTH) {
            throw tooDeep(place);
        }
        return value;
    }

    private String spelled(Reference reference, PayloadPlace place) {
        JsonNode value = find(reference, place);
        account(value, place);
        return value.isString() ? value.stringValue() : ExactJson.write(value);
    }

    private Extent account(JsonNode value, PayloadPlace place) {
        if (++templates > Limits.MAX_TEMPLATES_PER_PAYLOAD) {
            throw new PayloadTooLargeException(
                    place.pointer(),
                    at(place) + "more than the " + Limits.MAX_TEMPLATES_PER_PAYLOAD
                            + " templates that a payload may hold");
        }
        Extent extent = extents.computeIfAbsent(
                value, v -> new Extent(ExactJson.bytes(v).length, depthOf(v, Limits.MAX_JSON_DEPTH + 1)));
        insertedBytes += extent.bytes();
        if (insertedBytes > Limits.MAX_RESOLVED_PAYLOAD_BYTES) {
            throw tooLarge(place, insertedBytes);
        }
        return extent;
    }

    /** Levels of nesting, 0 for a scalar; counts no further than {@code limit}. */
    private static int depthOf(JsonNode value, int limit) {
        if (!value.isContainer() || limit == 0) {
            return 0;
        }
        int deepest = 0;
        for (JsonNode element : value) {
            deepest = Math.max(deepest, depthOf(element, limit - 1));
        }
        return deepest + 1;
    }

    private JsonNode find(Reference reference, PayloadPlace place) {
        Lookup found = Lookup.of(reference, inputs, resultsByKey);
        return switch (found) {
            case Lookup.Found(JsonNode value) -> value;
            case Lookup.Missing(String why) ->
                throw new MissingReferenceException(
                        place.pointer(), at(place) + "${" + reference.text() + "} cannot be resolved: " + why);
        };
    }

    private static PayloadTooLargeException tooDeep(PayloadPlace place) {
        return new PayloadTooLargeException(
                place.pointer(),
                at(place) + "nested deeper than the " + Limits.MAX_JSON_DEPTH + " levels that are allowed");
    }

    private static PayloadTooLargeException tooLarge(PayloadPlace place, long bytes) {
        return new PayloadTooLargeException(
                place.pointer(),
                at(place)
                        + "the payload with its templates resolved is %,d bytes or more, but at most %,d are allowed"
                                .formatted(bytes, Limits.MAX_RESOLVED_PAYLOAD_BYTES)
                        + "; pass on a part of a result, or where it can be found");
    }

    private static String at(PayloadPlace place) {
        String pointer = place.pointer();
        return "payload" + (pointer.isEmpty() ? "" : " " + pointer) + ": ";
    }
}
