package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.json.LosslessJson;
import java.util.LinkedHashMap;
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
        // An edit for each input: those without another value stay as they are written.
        Map<String, Edit> edits = new LinkedHashMap<>();
        boolean declared = false;
        try (JsonParser parser = LosslessJson.parser(text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean found = parser.currentName().equals(INPUTS);
                    if (parser.nextToken() == JsonToken.START_OBJECT && found) {
                        declared = true;
                        readInputs(parser, values, edits);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        }
        if (!declared) {
            throw DeclaredInputs.none(file);
        }
        DeclaredInputs.check(file, edits.keySet(), values.keySet());
        return Edit.apply(text, edits.values());
    }

    private void readInputs(JsonParser parser, Map<String, String> values, Map<String, Edit> edits) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            parser.getString(); // to the end of a token that is read only when somebody asks
            int end = (int) parser.currentLocation().getCharOffset();
            // Nothing but one value may give way to another.
            String old = LosslessJson.checked("The input `" + name + "` of " + file, text.substring(start, end));
            // One that stands there twice is for the API to refuse: the first is noted.
            edits.putIfAbsent(name, new Edit(start, end, values.getOrDefault(name, old)));
        }
    }
}
