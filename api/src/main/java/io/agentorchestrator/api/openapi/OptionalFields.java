package io.agentorchestrator.api.openapi;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes that an optional field of a request may be null, which is as if it were absent. Works on schemas as plain maps. */
final class OptionalFields {
    private static final String PROPERTIES = "properties";
    private static final String REQUIRED = "required";
    private static final String TYPE = "type";
    private static final String ENUM = "enum";
    private static final String REFERENCE = "$ref";
    private static final String NULL = "null";

    private OptionalFields() {}

    /** The schema with each property that is not required allowed to be null. Maps may be shared, so none is changed. */
    static Map<String, Object> nullable(Map<String, Object> schema) {
        if (!(schema.get(PROPERTIES) instanceof Map<?, ?> properties)) {
            return schema;
        }
        Collection<?> required = schema.get(REQUIRED) instanceof Collection<?> names ? names : List.of();
        Map<Object, Object> described = new LinkedHashMap<>();
        properties.forEach((name, property) ->
                described.put(name, required.contains(name) ? property : orNull((Map<?, ?>) property)));
        Map<String, Object> copy = new LinkedHashMap<>(schema);
        copy.put(PROPERTIES, described);
        return copy;
    }

    private static Map<Object, Object> orNull(Map<?, ?> property) {
        Map<Object, Object> copy = new LinkedHashMap<>(property);
        Object reference = copy.remove(REFERENCE);
        if (reference != null) {
            copy.put("anyOf", List.of(Map.of(REFERENCE, reference), Map.of(TYPE, NULL)));
        }
        if (copy.get(TYPE) instanceof String type) {
            copy.put(TYPE, List.of(type, NULL));
        }
        if (copy.get(ENUM) instanceof Collection<?> values) {
            List<Object> orNull = new ArrayList<>(values);
            orNull.add(null);
            copy.put(ENUM, orNull);
        }
        return copy;
    }
}
