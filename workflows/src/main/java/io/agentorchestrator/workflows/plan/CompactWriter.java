package io.agentorchestrator.workflows.plan;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Writes numbers as variable-length integers (7 bits a byte, least first), and packs the whole. Not thread-safe. */
public final class CompactWriter {
    private byte[] bytes = new byte[1024];
    private int length;

    public CompactWriter writeByte(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) value;
        return this;
    }

    /** Writes a number, taken as unsigned, so that small non-negative ones are short. */
    public CompactWriter writeLong(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            writeByte((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        return writeByte((int) rest);
    }

    /** Writes a number that is not negative. */
    public CompactWriter writeInt(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("not negative expected, not " + value);
        }
        return writeLong(value);
    }

    /** Writes a number of either sign (zigzag). */
    public CompactWriter writeSigned(int value) {
        return writeLong(Integer.toUnsignedLong((value << 1) ^ (value >> 31)));
    }

    public CompactWriter writeText(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        writeInt(utf8.length);
        for (byte b : utf8) {
            writeByte(b);
        }
        return this;
    }

    /** Bytes written so far, before they are packed. */
    public int size() {
        return length;
    }

    /** Packs what was written: a byte for the version, the length, then the content, deflated. */
    public byte[] pack(int version) {
        CompactWriter packed = new CompactWriter();
        packed.writeByte(version).writeInt(length);
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(bytes, 0, length);
            deflater.finish();
            byte[] chunk = new byte[8192];
            while (!deflater.finished()) {
                packed.append(chunk, deflater.deflate(chunk));
            }
        }
        return Arrays.copyOf(packed.bytes, packed.length);
    }

    /** Writes what the other has written. */
    public CompactWriter append(CompactWriter other) {
        append(other.bytes, other.length);
        return this;
    }

    private void append(byte[] chunk, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(chunk, 0, bytes, length, count);
        length += count;
    }
}
