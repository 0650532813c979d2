package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.json.ExactJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What values in YAML and in JSON say, in a form that can be compared: numbers by how they are written. */
public final class YamlValues {
    private YamlValues() {}

    /** An input of a DAG file in YAML. */
    public static List<String> input(String yaml, String name) {
        return YamlOutline.of("sent", yaml, Set.of(name)).values().get(name);
    }

    /** A JSON value, said as YAML's events say it. */
    public static List<String> ofJson(String json) {
        List<String> said = new ArrayList<>();
        try (JsonParser parser = ExactJson.parser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String text = parser.getString();
                said.add(
                        switch (token) {
                            case PROPERTY_NAME, VALUE_STRING -> "quoted  " + text;
                            case START_OBJECT, END_OBJECT, START_ARRAY, END_ARRAY -> text;
                            default -> "plain  " + text;
                        });
            }
        }
        return said;
    }
}
