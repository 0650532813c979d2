package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.json.ExactJson;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The inputs of a DAG file in JSON. */
record JsonInputs(String file, String text) {
    private static final String INPUTS = "inputs";

    /** The text with other values, as they were typed. */
    String with(Map<String, String> values) {
        DeclaredInputs inputs = new DeclaredInputs(file, text);
        try (JsonParser parser = ExactJson.parser(text)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                find(parser, inputs);
            }
        } catch (JacksonException e) {
            throw new CliFailure(file + " is no valid JSON: " + e.getOriginalMessage() + location(e), e);
        }
        return inputs.with(values);
    }

    private void find(JsonParser parser, DeclaredInputs inputs) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean found = parser.currentName().equals(INPUTS);
            if (parser.nextToken() == JsonToken.START_OBJECT && found) {
                inputs.declare();
                readInputs(parser, inputs);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void readInputs(JsonParser parser, DeclaredInputs inputs) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            parser.getString(); // to the end of a token that is read only when somebody asks
            int end = (int) parser.currentLocation().getCharOffset();
            // Nothing but one value may give way to another.
            ExactJson.checked("The input `" + name + "` of " + file, text.substring(start, end));
            inputs.add(name, start, end, "");
        }
    }

    private static String location(JacksonException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }
}
