package io.agentorchestrator.workflows.run;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.agentorchestrator.workflows.plan.Deflate;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.zip.DataFormatException;

/**
 * Deflates payloads of more than {@value #MIN_BYTES} bytes: the payload with its metadata becomes the data of another one, whose
 * encoding is {@value #ENCODING}. Shorter ones pass as they are, so that people can read them in Temporal's Web UI, and so do plans and
 * snapshots. Thread-safe.
 */
public final class RunPayloadCodec implements PayloadCodec {
    static final int MIN_BYTES = 1024;
    static final String ENCODING = "binary/deflate";
    /** Temporal takes blobs of 2 MiB, and nothing of ours is compressed more than this bound allows for. */
    static final int MAX_INFLATED_BYTES = 32 * 1024 * 1024;

    private static final String ENCODING_KEY = "encoding";
    /** Of bytes as they are: of plans and snapshots, which are deflated already. */
    private static final String BYTES = "binary/plain";

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream().map(RunPayloadCodec::encode).toList();
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(payload -> decode(payload, _ -> {})).toList();
    }

    private static Payload encode(Payload payload) {
        if (payload.getSerializedSize() <= MIN_BYTES || hasEncoding(payload, BYTES)) {
            return payload;
        }
        return Payload.newBuilder()
                .putMetadata(ENCODING_KEY, ByteString.copyFromUtf8(ENCODING))
                .setData(Deflate.deflate(payload.toByteArray()))
                .build();
    }

    /**
     * Decodes one payload.
     *
     * @param growth told how many bytes have been inflated so far, as they grow; what it throws ends the inflation
     */
    public Payload decode(Payload payload, IntConsumer growth) {
        if (!hasEncoding(payload, ENCODING)) {
            return payload;
        }
        try {
            return Payload.parseFrom(Deflate.inflate(payload.getData().toByteArray(), MAX_INFLATED_BYTES, growth));
        } catch (DataFormatException | InvalidProtocolBufferException e) {
            throw new PayloadCodecException("a payload that says it is " + ENCODING + " is not", e);
        }
    }

    private static boolean hasEncoding(Payload payload, String encoding) {
        return payload.getMetadataOrDefault(ENCODING_KEY, ByteString.EMPTY)
                .toStringUtf8()
                .equals(encoding);
    }
}
