package io.agentorchestrator.workflows.run;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.temporal.api.common.v1.Payload;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.codec.PayloadCodecException;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Deflates payloads of more than {@value #MIN_BYTES} bytes: the payload with its metadata becomes the data of another one, whose
 * encoding is {@value #ENCODING}. Others pass as they are, so that people can read them in Temporal's Web UI. Thread-safe.
 */
public final class RunPayloadCodec implements PayloadCodec {
    static final int MIN_BYTES = 1024;
    static final String ENCODING = "binary/deflate";
    /** Temporal takes blobs of 2 MiB, and nothing of ours is compressed more than this bound allows for. */
    static final int MAX_INFLATED_BYTES = 32 * 1024 * 1024;

    private static final String ENCODING_KEY = "encoding";

    @Override
    public List<Payload> encode(List<Payload> payloads) {
        return payloads.stream().map(RunPayloadCodec::encode).toList();
    }

    @Override
    public List<Payload> decode(List<Payload> payloads) {
        return payloads.stream().map(payload -> decode(payload, _ -> {})).toList();
    }

    /**
     * Decodes one payload.
     *
     * @param growth told how many bytes have been inflated so far, as they grow; what it throws ends the inflation
     */
    public Payload decode(Payload payload, IntConsumer growth) {
        return decoded(payload, growth);
    }

    private static Payload encode(Payload payload) {
        if (payload.getSerializedSize() <= MIN_BYTES) {
            return payload;
        }
        return Payload.newBuilder()
                .putMetadata(ENCODING_KEY, ByteString.copyFromUtf8(ENCODING))
                .setData(deflated(payload.toByteArray()))
                .build();
    }

    private static ByteString deflated(byte[] bytes) {
        ByteString.Output out = ByteString.newOutput();
        byte[] chunk = new byte[8192];
        try (Deflater deflater = new Deflater()) {
            deflater.setInput(bytes);
            deflater.finish();
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
        }
        return out.toByteString();
    }

    private static Payload decoded(Payload payload, IntConsumer growth) {
        if (!payload.getMetadataOrDefault(ENCODING_KEY, ByteString.EMPTY)
                .toStringUtf8()
                .equals(ENCODING)) {
            return payload;
        }
        try {
            return Payload.parseFrom(inflated(payload.getData().toByteArray(), growth));
        } catch (DataFormatException | InvalidProtocolBufferException e) {
            throw new PayloadCodecException("a payload that says it is " + ENCODING + " is not", e);
        }
    }

    private static ByteString inflated(byte[] bytes, IntConsumer growth) throws DataFormatException {
        ByteString.Output out = ByteString.newOutput();
        byte[] chunk = new byte[8192];
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(bytes);
            while (!inflater.finished()) {
                int count = inflater.inflate(chunk);
                if (count == 0 || out.size() + count > MAX_INFLATED_BYTES) {
                    throw new DataFormatException(
                            count == 0 ? "it is cut off" : "it inflates to more than " + MAX_INFLATED_BYTES + " bytes");
                }
                growth.accept(out.size() + count);
                out.write(chunk, 0, count);
            }
        }
        return out.toByteString();
    }
}
