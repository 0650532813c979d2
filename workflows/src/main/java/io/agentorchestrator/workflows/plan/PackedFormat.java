package io.agentorchestrator.workflows.plan;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.zip.DataFormatException;

/**
 * The bytes of a protobuf message, deflated: the same message is always the same bytes. Immutable; safe to share between threads.
 *
 * @param subject what it is, for messages: "plan"
 * @param version the one that is understood
 * @param versionOf the version that a message says it has
 * @param maxBytes no message is longer, before it is deflated
 */
public record PackedFormat<M extends MessageLite>(
        String subject, int version, ToIntFunction<M> versionOf, Parser<M> parser, int maxBytes) {

    public byte[] pack(M message) {
        return Deflate.deflate(message.toByteArray()).toByteArray();
    }

    /**
     * Reads what was packed.
     *
     * @param reader makes sense of the message; it may fail by an index out of bounds where a column is too short
     * @throws IllegalArgumentException if the bytes are none of such a message, or the reader refuses it
     */
    public <T> T unpack(byte[] packed, Function<M, T> reader) {
        try {
            M message = parser.parseFrom(Deflate.inflate(packed, maxBytes, _ -> {}));
            int found = versionOf.applyAsInt(message);
            if (found != version) {
                throw malformed("its version is %d, and only %d is understood".formatted(found, version));
            }
            return reader.apply(message);
        } catch (DataFormatException | InvalidProtocolBufferException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the %s cannot be read: %s".formatted(subject, e.getMessage()), e);
        }
    }

    /** The exception to throw over a value that makes no sense. */
    public IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("the %s cannot be read: %s".formatted(subject, why));
    }
}
