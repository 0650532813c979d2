package io.agentorchestrator.activities.dispatch;

import io.agentorchestrator.workflows.model.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** An agent's result: the text that is stored, or why it is none. What is JSON and merely too much is told from what is no JSON. */
sealed interface ResultJson {
    /** One JSON value, as PostgreSQL takes it, unchanged. */
    record Taken(String text) implements ResultJson {}

    /**
     * A result that is not taken.
     *
     * @param code INVALID_RESULT, RESULT_TOO_LARGE or RESULT_TOO_DEEP
     */
    record Refused(String code, String why) implements ResultJson {}

    /** Nesting beyond which JSON is not read to its end. */
    int MAX_DEPTH_READ = 100_000;

    JsonMapper JSON = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH_READ)
                    .maxNumberLength(Limits.MAX_RESULT_BYTES)
                    .maxNameLength(Limits.MAX_RESULT_BYTES)
                    .maxStringLength(Limits.MAX_RESULT_BYTES)
                    .build())
            .build());

    /** Takes one JSON value in UTF-8 without byte order mark, within the limits. */
    static ResultJson read(byte[] bytes) {
        if (bytes.length > Limits.MAX_RESULT_BYTES) {
            return tooLarge("the result has %d bytes, more than the %d that are allowed"
                    .formatted(bytes.length, Limits.MAX_RESULT_BYTES));
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return noJson();
        }
        if (text.indexOf('\0') >= 0 || text.startsWith("\uFEFF")) {
            return noJson();
        }
        try (JsonParser parser = JSON.createParser(text)) {
            Extent extent = Extent.of(parser);
            return extent.values() == 1 ? extent.judge(text) : noJson();
        } catch (StreamConstraintsException tooDeep) {
            return tooDeep();
        } catch (JacksonException rubbish) {
            return noJson();
        }
    }

    private static Refused noJson() {
        return new Refused(OutcomeMapping.INVALID_RESULT, "the agent's result is not JSON in UTF-8");
    }

    private static Refused tooLarge(String why) {
        return new Refused(OutcomeMapping.RESULT_TOO_LARGE, why + "; store it elsewhere and return a reference");
    }

    private static Refused tooDeep() {
        return new Refused(
                OutcomeMapping.RESULT_TOO_DEEP,
                "the result is nested deeper than the %d levels that are allowed".formatted(Limits.MAX_RESULT_DEPTH));
    }

    /** Measures of how much a document holds, and how deep. */
    record Extent(int values, int depth, int longestNumber, int longestName) {
        static Extent of(JsonParser parser) {
            int values = 0;
            int depth = 0;
            int deepest = 0;
            int longestNumber = 0;
            int longestName = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                deepest = Math.max(deepest, depth);
                values += depth == 0 ? 1 : 0;
                if (token.isNumeric()) {
                    longestNumber = Math.max(longestNumber, parser.getStringLength());
                } else if (token == JsonToken.PROPERTY_NAME) {
                    longestName = Math.max(longestName, parser.getStringLength());
                }
            }
            return new Extent(values, deepest, longestNumber, longestName);
        }

        ResultJson judge(String text) {
            if (depth > Limits.MAX_RESULT_DEPTH) {
                return tooDeep();
            }
            if (longestNumber > Limits.MAX_RESULT_NUMBER_LENGTH) {
                return tooLarge("a number in the result has %,d characters, more than the %,d that are allowed"
                        .formatted(longestNumber, Limits.MAX_RESULT_NUMBER_LENGTH));
            }
            if (longestName > Limits.MAX_RESULT_NAME_LENGTH) {
                return tooLarge("a name in the result has %,d characters, more than the %,d that are allowed"
                        .formatted(longestName, Limits.MAX_RESULT_NAME_LENGTH));
            }
            return new Taken(text);
        }
    }
}
