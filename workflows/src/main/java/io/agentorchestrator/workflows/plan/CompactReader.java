package io.agentorchestrator.workflows.plan;

import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads what a {@link CompactWriter} wrote, and trusts none of it: everything that does not fit is an
 * {@link IllegalArgumentException}. Not thread-safe.
 */
public final class CompactReader {
    private final String subject;
    private final byte[] bytes;
    private int next;

    private CompactReader(String subject, byte[] bytes) {
        this.subject = subject;
        this.bytes = bytes;
    }

    /**
     * Unpacks and reads.
     *
     * @param subject what is read, for messages: "plan"
     * @param newest versions from 1 to this one are understood
     * @param maxBytes what is unpacked is no longer, whatever it claims
     */
    public static CompactReader unpack(String subject, byte[] packed, int newest, int maxBytes) {
        CompactReader head = new CompactReader(subject, packed);
        int found = head.readByte();
        if (found < 1 || found > newest) {
            throw head.malformed("its version is %d, and only %s is understood"
                    .formatted(found, newest == 1 ? "1" : "1 to " + newest));
        }
        int length = head.readInt(maxBytes);
        byte[] content = new byte[length];
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(packed, head.next, packed.length - head.next);
            int inflated = 0;
            while (inflated < length) {
                int count = inflater.inflate(content, inflated, length - inflated);
                if (count == 0) {
                    throw head.malformed("it is cut off");
                }
                inflated += count;
            }
            if (inflater.inflate(new byte[1]) > 0 || !inflater.finished() || inflater.getRemaining() > 0) {
                throw head.malformed("it is longer than it says");
            }
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("the " + subject + " cannot be read: it is not deflated", e);
        }
        return new CompactReader(subject, content);
    }

    public int readByte() {
        if (next == bytes.length) {
            throw malformed("it is cut off");
        }
        return bytes[next++] & 0xFF;
    }

    public long readLong() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int part = readByte();
            value |= (long) (part & 0x7F) << shift;
            if (part < 0x80) {
                return value;
            }
        }
        throw malformed("a number in it is too long");
    }

    /** A number from 0 to {@code max}. */
    public int readInt(int max) {
        long value = readLong();
        if (value < 0 || value > max) {
            throw malformed("a number in it is %d, and at most %d is allowed".formatted(value, max));
        }
        return (int) value;
    }

    public int readSigned() {
        long value = readLong();
        if (value >>> Integer.SIZE != 0) {
            throw malformed("a number in it is too long");
        }
        int zigzag = (int) value;
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    public String readText(int maxBytes) {
        int length = readInt(maxBytes);
        if (length > bytes.length - next) {
            throw malformed("it is cut off");
        }
        next += length;
        return new String(bytes, next - length, length, StandardCharsets.UTF_8);
    }

    /** To be called after the last value. */
    public void expectEnd() {
        if (next != bytes.length) {
            throw malformed("something follows its end");
        }
    }

    /** The exception to throw over a value that makes no sense. */
    public IllegalArgumentException malformed(String why) {
        return new IllegalArgumentException("the " + subject + " cannot be read: " + why);
    }
}
