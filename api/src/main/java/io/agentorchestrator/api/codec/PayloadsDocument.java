package io.agentorchestrator.api.codec;

import com.google.protobuf.ByteString;
import io.agentorchestrator.api.body.Fields;
import io.agentorchestrator.api.body.MemoryShare;
import io.agentorchestrator.api.problem.Findings;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.workflows.model.Limits;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Temporal's {@code Payloads} as JSON: {@code {"payloads":[{"metadata":{"encoding":"<base64>"},"data":"<base64>"}]}}. What a codec
 * leaves as it is, comes back as it came, with fields that are not known here. For one thread.
 */
final class PayloadsDocument {
    /** What the payloads of one answer take together. */
    static final int MAX_CONVERTED_BYTES = Limits.MAX_REQUEST_BYTES;

    private static final String PAYLOADS = "payloads";
    private static final String METADATA = "metadata";
    private static final String DATA = "data";

    private final Conversion conversion;
    private final MemoryShare memory;
    private final Findings findings = new Findings();
    private long convertedBytes;

    /** @param memory for what the payloads inflate to */
    PayloadsDocument(Conversion conversion, MemoryShare memory) {
        this.conversion = conversion;
        this.memory = memory;
    }

    /** What becomes of one payload. */
    @FunctionalInterface
    interface Conversion {
        /**
         * Converts it.
         *
         * @param growth to be told how many bytes it has grown to, before it does
         */
        Payload apply(Payload payload, IntConsumer growth);
    }

    /** Ends a conversion whose result would be too large. */
    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * The document with its payloads converted.
     *
     * @throws ProblemException if it is malformed; it says where
     */
    JsonNode convert(JsonNode document) {
        Fields fields = Fields.of(document, "", findings);
        List<JsonNode> payloads = fields == null ? null : fields.array(PAYLOADS);
        if (fields != null && !fields.has(PAYLOADS)) {
            fields.missing(PAYLOADS);
        }
        ArrayNode converted = JsonNodeFactory.instance.arrayNode();
        if (payloads != null) {
            for (int index = 0; index < payloads.size(); index++) {
                converted.add(convert(payloads.get(index), "/" + PAYLOADS + "/" + index));
                findings.throwIfAny();
            }
        }
        findings.throwIfAny();
        return JsonNodeFactory.instance.objectNode().set(PAYLOADS, converted);
    }

    private JsonNode convert(JsonNode node, String pointer) {
        Payload payload = payload(node, pointer);
        if (payload == null) {
            return node;
        }
        Payload result;
        try {
            result = conversion.apply(payload, this::grow);
            grow(result.getSerializedSize());
        } catch (PayloadCodecException e) {
            findings.add(ProblemCode.MALFORMED_PAYLOAD, pointer, String.valueOf(e.getMessage()));
            return node;
        } catch (TooLargeException _) {
            findings.add(
                    ProblemCode.PAYLOAD_TOO_LARGE,
                    pointer,
                    "the payloads take more than %,d bytes together; send fewer at once"
                            .formatted(MAX_CONVERTED_BYTES));
            return node;
        }
        convertedBytes += result.getSerializedSize();
        return result.equals(payload) ? node : json(result);
    }

    private void grow(int bytes) {
        if (convertedBytes + bytes > MAX_CONVERTED_BYTES) {
            throw new TooLargeException();
        }
        memory.holdInAll(convertedBytes + bytes);
    }

    /** The payload as Temporal knows it; null, with a finding, if it is none. */
    private @Nullable Payload payload(JsonNode node, String pointer) {
        Fields fields = Fields.of(node, pointer, findings);
        if (fields == null) {
            return null;
        }
        Payload.Builder payload = Payload.newBuilder();
        JsonNode metadata = node.get(METADATA);
        Fields names = metadata == null || metadata.isNull() ? null : fields.object(METADATA);
        if (names != null && metadata != null) {
            for (String name : metadata.propertyNames()) {
                ByteString value = bytes(names, name);
                if (value != null) {
                    payload.putMetadata(name, value);
                }
            }
        }
        JsonNode data = node.get(DATA);
        ByteString bytes = data == null || data.isNull() ? null : bytes(fields, DATA);
        if (bytes != null) {
            payload.setData(bytes);
        }
        return findings.isEmpty() ? payload.build() : null;
    }

    /** Base64, standard or for URLs, with or without padding: protobuf's JSON has all of them. */
    private static @Nullable ByteString bytes(Fields fields, String name) {
        JsonNode value = fields.any(name);
        if (value == null || !value.isString()) {
            fields.add(ProblemCode.INVALID_TYPE, name, "a string in base64 is needed");
            return null;
        }
        try {
            String standard = value.stringValue().replace('-', '+').replace('_', '/');
            return ByteString.copyFrom(Base64.getDecoder().decode(standard));
        } catch (IllegalArgumentException _) {
            fields.add(ProblemCode.MALFORMED_PAYLOAD, name, "this is not base64");
            return null;
        }
    }

    private static JsonNode json(Payload payload) {
        Base64.Encoder base64 = Base64.getEncoder();
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, ByteString> entry : payload.getMetadataMap().entrySet()) {
            metadata.put(entry.getKey(), base64.encodeToString(entry.getValue().toByteArray()));
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set(METADATA, metadata);
        json.put(DATA, base64.encodeToString(payload.getData().toByteArray()));
        return json;
    }
}
