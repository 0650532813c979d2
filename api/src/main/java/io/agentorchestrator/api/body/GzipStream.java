package io.agentorchestrator.api.body;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Inflates gzip (RFC 1952): one member or several, and nothing else. The JDK's stream passes over what follows a member and is none, in part or as a
 * whole, depending on how it comes in. Not thread-safe; closing it leaves the coded stream open.
 */
final class GzipStream extends InputStream {
    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATE = 8;
    private static final int HAS_HEADER_CHECK = 1 << 1;
    private static final int HAS_EXTRA = 1 << 2;
    private static final int HAS_NAME = 1 << 3;
    private static final int HAS_COMMENT = 1 << 4;
    private static final int RESERVED = 0xe0;
    /** Time, extra flags and system: of no use here. */
    private static final int IGNORED_BYTES = 6;

    private static final int BUFFER_BYTES = 8 * 1024;

    private final InputStream coded;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 check = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private boolean isInMember;
    private boolean isAfterMember;

    GzipStream(InputStream coded) {
        this.coded = coded;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    /**
     * {@inheritDoc}
     *
     * @throws ZipException if it is not gzip, or something follows it
     * @throws EOFException if it is cut off
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (isInMember || beginMember()) {
            int inflated = inflate(bytes, offset, length);
            if (inflated > 0) {
                check.update(bytes, offset, inflated);
                return inflated;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsInput()) {
                require(fill());
                inflater.setInput(buffer, at, end - at);
            } else {
                throw new ZipException("a preset dictionary is no part of gzip");
            }
        }
        return -1;
    }

    private int inflate(byte[] bytes, int offset, int length) throws ZipException {
        try {
            return inflater.inflate(bytes, offset, length);
        } catch (DataFormatException e) {
            throw new ZipException(e.getMessage());
        }
    }

    /** Reads the header of the next member; false if the stream ends after a member. */
    private boolean beginMember() throws IOException {
        if (isAfterMember && at == end && !fill()) {
            return false;
        }
        check.reset();
        if (twoBytes() != MAGIC || oneByte() != DEFLATE) {
            throw new ZipException("not gzip");
        }
        int flags = oneByte();
        if ((flags & RESERVED) != 0) {
            throw new ZipException("flags that RFC 1952 does not know");
        }
        skip(IGNORED_BYTES);
        if ((flags & HAS_EXTRA) != 0) {
            skip(twoBytes());
        }
        if ((flags & HAS_NAME) != 0) {
            skipText();
        }
        if ((flags & HAS_COMMENT) != 0) {
            skipText();
        }
        if ((flags & HAS_HEADER_CHECK) != 0) {
            int expected = (int) check.getValue() & 0xffff;
            if (twoBytes() != expected) {
                throw new ZipException("the header's check fails");
            }
        }
        check.reset();
        inflater.reset();
        inflater.setInput(buffer, at, end - at);
        isInMember = true;
        return true;
    }

    private void endMember() throws IOException {
        at = end - inflater.getRemaining();
        long expected = check.getValue();
        if (fourBytes() != expected || fourBytes() != (inflater.getBytesWritten() & 0xffff_ffffL)) {
            throw new ZipException("the trailer's check fails");
        }
        isInMember = false;
        isAfterMember = true;
    }

    private int oneByte() throws IOException {
        require(at < end || fill());
        check.update(buffer[at]);
        return Byte.toUnsignedInt(buffer[at++]);
    }

    private int twoBytes() throws IOException {
        int low = oneByte();
        return low | oneByte() << 8;
    }

    private long fourBytes() throws IOException {
        long low = twoBytes();
        return low | (long) twoBytes() << 16;
    }

    private void skip(int bytes) throws IOException {
        for (int left = bytes; left > 0; left--) {
            int _ = oneByte();
        }
    }

    private void skipText() throws IOException {
        while (oneByte() != 0) {
            // to its end
        }
    }

    /** Reads more coded bytes into the buffer; false at the end of the stream. */
    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, coded.read(buffer, 0, buffer.length));
        return end > 0;
    }

    private static void require(boolean isThere) throws EOFException {
        if (!isThere) {
            throw new EOFException("cut off");
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
