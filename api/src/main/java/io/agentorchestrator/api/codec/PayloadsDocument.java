package io.agentorchestrator.api.codec;

import com.google.protobuf.ByteString;
import io.agentorchestrator.api.body.MemoryShare;
import io.agentorchestrator.api.body.Pointers;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.workflows.model.Limits;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.Base64;
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
    private final ValidationErrors findings = new ValidationErrors();
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
        ArrayNode converted = JsonNodeFactory.instance.arrayNode();
        if (!document.isObject()) {
            findings.add(ProblemCode.INVALID_TYPE, "", "an object is needed");
        } else if (!document.hasNonNull(PAYLOADS)) {
            findings.add(ProblemCode.MISSING_FIELD, "/" + PAYLOADS, "'" + PAYLOADS + "' is required");
        } else if (!document.path(PAYLOADS).isArray()) {
            findings.add(ProblemCode.INVALID_TYPE, "/" + PAYLOADS, "an array is needed");
        }
        int index = 0;
        for (JsonNode payload : document.path(PAYLOADS).values()) {
            findings.throwIfAny();
            converted.add(convert(payload, "/" + PAYLOADS + "/" + index));
            index++;
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
        JsonNode metadata = node.path(METADATA);
        JsonNode data = node.path(DATA);
        if (!node.isObject()) {
            findings.add(ProblemCode.INVALID_TYPE, pointer, "an object is needed");
        } else if (!isAbsent(metadata) && !metadata.isObject()) {
            findings.add(ProblemCode.INVALID_TYPE, Pointers.member(pointer, METADATA), "an object is needed");
        }
        Payload.Builder payload = Payload.newBuilder();
        for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
            payload.putMetadata(
                    entry.getKey(),
                    bytes(entry.getValue(), Pointers.member(Pointers.member(pointer, METADATA), entry.getKey())));
        }
        if (!isAbsent(data)) {
            payload.setData(bytes(data, Pointers.member(pointer, DATA)));
        }
        return findings.isEmpty() ? payload.build() : null;
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** Base64, standard or for URLs, with or without padding: protobuf's JSON has all of them. Empty, with a finding, if it is none. */
    private ByteString bytes(JsonNode value, String pointer) {
        if (!value.isString()) {
            findings.add(ProblemCode.INVALID_TYPE, pointer, "a string in base64 is needed");
            return ByteString.EMPTY;
        }
        try {
            String standard = value.stringValue().replace('-', '+').replace('_', '/');
            return ByteString.copyFrom(Base64.getDecoder().decode(standard));
        } catch (IllegalArgumentException _) {
            findings.add(ProblemCode.MALFORMED_PAYLOAD, pointer, "this is not base64");
            return ByteString.EMPTY;
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
