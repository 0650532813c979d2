package io.agentorchestrator.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.MemoryShare;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.workflows.run.RunPayloadCodec;
import io.temporal.api.common.v1.Payload;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What payloads inflate to is bounded: of one answer, and of all requests together. */
class PayloadsDocumentTest {
    private static final int MEBIBYTE = 1024 * 1024;

    private final RunPayloadCodec codec = new RunPayloadCodec();
    private final BodyReader bodies = new BodyReader(40L * MEBIBYTE);

    @Test
    void twoDocumentsThatInflateToTheLimitDoNotFitAtOnce() {
        JsonNode document = document(31 * MEBIBYTE);
        try (MemoryShare first = bodies.share();
                MemoryShare second = bodies.share()) {
            assertThat(convert(document, first).at("/payloads/0/data").asString())
                    .hasSizeGreaterThan(41 * MEBIBYTE);
            assertThatThrownBy(() -> convert(document, second))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.OVERLOADED));
        }
        try (MemoryShare later = bodies.share()) {
            assertThat(convert(document, later).path("payloads").size()).isEqualTo(1);
        }
    }

    @Test
    void whatWouldInflateFurtherIsStoppedWhereTheLimitIs() {
        int[] inflated = new int[1];
        JsonNode document = document(20 * MEBIBYTE, 31 * MEBIBYTE);
        try (MemoryShare memory = bodies.share()) {
            PayloadsDocument.Conversion watched = (payload, growth) -> codec.decode(payload, bytes -> {
                growth.accept(bytes);
                inflated[0] = bytes;
            });
            assertThatThrownBy(() -> new PayloadsDocument(watched, memory).convert(document))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.PAYLOAD_TOO_LARGE));
        }
        assertThat(inflated[0]).isLessThanOrEqualTo(12 * MEBIBYTE);
    }

    private JsonNode convert(JsonNode document, MemoryShare memory) {
        return new PayloadsDocument(codec::decode, memory).convert(document);
    }

    private JsonNode document(int... sizes) {
        List<String> payloads = new ArrayList<>();
        for (int size : sizes) {
            Payload large = Payload.newBuilder()
                    .setData(ByteString.copyFrom(new byte[size]))
                    .build();
            Payload small = codec.encode(Collections.singletonList(large)).getFirst();
            payloads.add("{\"metadata\":{\"encoding\":\"%s\"},\"data\":\"%s\"}"
                    .formatted(
                            base64(small.getMetadataOrThrow("encoding").toByteArray()),
                            base64(small.getData().toByteArray())));
        }
        return new JsonMapper().readTree("{\"payloads\":[" + String.join(",", payloads) + "]}");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
