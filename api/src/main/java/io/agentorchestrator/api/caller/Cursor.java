package io.agentorchestrator.api.caller;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a list ended: the id of its last element, and a checksum of the list with its filters, so that a cursor does
 * not go on in another list unnoticed. Opaque to clients.
 */
public final class Cursor {
    private static final byte VERSION = 1;
    private static final int LENGTH = 1 + Long.BYTES + Long.BYTES + Integer.BYTES;

    private Cursor() {}

    /**
     * The cursor of the next page; null where there is none.
     *
     * @param last element of this page, if another one follows
     * @param list names the list with all its filters
     */
    public static @Nullable String encode(@Nullable UUID last, String list) {
        if (last == null) {
            return null;
        }
        byte[] bytes = ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .putLong(last.getMostSignificantBits())
                .putLong(last.getLeastSignificantBits())
                .putInt(checksum(list))
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Optional<UUID> decode(String cursor, String list) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor));
            if (bytes.remaining() != LENGTH || bytes.get() != VERSION) {
                return Optional.empty();
            }
            UUID last = new UUID(bytes.getLong(), bytes.getLong());
            return bytes.getInt() == checksum(list) ? Optional.of(last) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static int checksum(String list) {
        CRC32C checksum = new CRC32C();
        checksum.update(list.getBytes(StandardCharsets.UTF_8));
        return (int) checksum.getValue();
    }
}
