package io.agentorchestrator.workflows.plan;

import com.google.protobuf.ByteString;
import java.util.function.IntConsumer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Deflates what goes into Temporal's history, and inflates no more than a bound. Raw (RFC 1951), without zlib's header and sum. */
public final class Deflate {
    private static final int CHUNK_BYTES = 8192;

    private Deflate() {}

    public static ByteString deflate(byte[] bytes) {
        ByteString.Output out = ByteString.newOutput();
        byte[] chunk = new byte[CHUNK_BYTES];
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, /* nowrap= */ true)) {
            deflater.setInput(bytes);
            deflater.finish();
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
        }
        return out.toByteString();
    }

    /**
     * Inflates.
     *
     * @param growth told how many bytes have been inflated so far, as they grow; what it throws ends the inflation
     * @throws DataFormatException if the bytes are not deflated, cut off, followed by others, or inflate to more than {@code maxBytes}
     */
    public static ByteString inflate(byte[] deflated, int maxBytes, IntConsumer growth) throws DataFormatException {
        ByteString.Output out = ByteString.newOutput();
        byte[] chunk = new byte[CHUNK_BYTES];
        try (Inflater inflater = new Inflater(/* nowrap= */ true)) {
            inflater.setInput(deflated);
            while (!inflater.finished()) {
                int count = inflater.inflate(chunk);
                if (count == 0 && !inflater.finished()) {
                    throw new DataFormatException("it is cut off");
                }
                if (out.size() + count > maxBytes) {
                    throw new DataFormatException(
                            "it inflates to more, and at most %,d bytes are allowed".formatted(maxBytes));
                }
                growth.accept(out.size() + count);
                out.write(chunk, 0, count);
            }
            if (inflater.getRemaining() > 0) {
                throw new DataFormatException("something follows its end");
            }
        }
        return out.toByteString();
    }
}
