package io.agentorchestrator.workflows.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.Jackson3JsonPayloadConverter;
import io.temporal.payload.codec.PayloadCodec;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The format of everything of ours in Temporal's history: JSON, deflated where it is large; plans and snapshots are bytes of
 * their own. Clients, workers and tests use the same. It goes with {@link RunPayloadCodec}; encryption is a further codec in {@link #codecs}, behind the compression, because
 * what is encrypted no longer compresses.
 */
public final class RunDataConverter {
    private RunDataConverter() {}

    /** A new converter; thread-safe. */
    public static DataConverter create() {
        DefaultDataConverter json = DefaultDataConverter.newDefaultInstance()
                .withPayloadConverterOverrides(new Jackson3JsonPayloadConverter(mapper()));
        return new CodecDataConverter(json, codecs());
    }

    /**
     * Leaves out what is absent, and reads a number or flag that an earlier release did not write as 0 or false: the mapper's
     * own default is to refuse that.
     */
    private static JsonMapper mapper() {
        return Jackson3JsonPayloadConverter.newDefaultJsonMapper(/* jackson2Compat= */ false)
                .rebuild()
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();
    }

    /**
     * From the wire inwards, as Temporal's chain has it: the last one encodes first and decodes last. So a codec that encrypts
     * goes before the one that compresses.
     */
    private static List<PayloadCodec> codecs() {
        return List.of(new RunPayloadCodec());
    }
}
