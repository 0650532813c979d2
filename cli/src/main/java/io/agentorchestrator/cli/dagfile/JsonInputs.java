package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.json.LosslessJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The inputs of a DAG file in JSON. */
record JsonInputs(String file, String text) {
    private static final String INPUTS = "inputs";

    /**
     * The text with other values, as they were typed.
     *
     * @throws JacksonException if the text is no JSON
     */
    String with(Map<String, String> values) {
        Map<String, Place> places = places();
        List<Edit> edits = new ArrayList<>();
        values.forEach((name, value) -> {
            Place place = places.get(name);
            if (place == null) {
                throw DeclaredInputs.unknown(file, name, places.keySet());
            }
            edits.add(new Edit(place.start(), place.end(), value));
        });
        return Edit.apply(text, edits);
    }

    private record Place(int start, int end) {}

    private Map<String, Place> places() {
        Map<String, Place> places = new LinkedHashMap<>();
        boolean declared = false;
        try (JsonParser parser = LosslessJson.parser(text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean found = parser.currentName().equals(INPUTS);
                    if (parser.nextToken() == JsonToken.START_OBJECT && found) {
                        declared = true;
                        readInputs(parser, places);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        }
        if (!declared) {
            throw DeclaredInputs.none(file);
        }
        return places;
    }

    private void readInputs(JsonParser parser, Map<String, Place> places) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            parser.getString(); // to the end of a token that is read only when somebody asks
            int end = (int) parser.currentLocation().getCharOffset();
            // Nothing but one value may give way to another.
            LosslessJson.checked("The input `" + name + "` of " + file, text.substring(start, end));
            // One that stands there twice is for the API to refuse: the first is noted.
            places.putIfAbsent(name, new Place(start, end));
        }
    }
}
