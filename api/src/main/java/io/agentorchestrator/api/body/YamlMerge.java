package io.agentorchestrator.api.body;

import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The merge key {@code <<}: the mapping that it stands in gets the members of another mapping, or of each in a list of them, that it
 * does not have itself. In quotes it is a name as any other.
 *
 * @see <a href="https://yaml.org/type/merge.html">Merge key language-independent type</a>
 */
final class YamlMerge {
    static final String KEY = "<<";
    private static final String TAG = "tag:yaml.org,2002:merge";

    private YamlMerge() {}

    /** Tells whether the name of a member is the merge key. */
    static boolean isKey(Event name) {
        return name instanceof ScalarEvent scalar
                && scalar.getValue().equals(KEY)
                && scalar.getTag().map(TAG::equals).orElse(scalar.isPlain());
    }

    /**
     * The members that a merge key's value brings; of those of one name, the first.
     *
     * @return empty if the value is neither a mapping nor a list of mappings
     */
    static Optional<ObjectNode> members(JsonNode value) {
        List<JsonNode> sources = value.isArray() ? List.copyOf(value.values()) : List.of(value);
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        for (JsonNode source : sources) {
            if (!source.isObject()) {
                return Optional.empty();
            }
            addMissing(members, source);
        }
        return Optional.of(members);
    }

    /** Adds the members that the mapping does not have. */
    static void addMissing(ObjectNode mapping, JsonNode members) {
        members.properties().forEach(member -> {
            if (!mapping.has(member.getKey())) {
                mapping.set(member.getKey(), member.getValue());
            }
        });
    }
}
