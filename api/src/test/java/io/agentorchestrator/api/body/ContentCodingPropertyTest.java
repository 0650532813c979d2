package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Gzip is read alike, and refused alike, in whatever pieces it comes in. */
class ContentCodingPropertyTest {
    private static final int ROUNDS = 300;
    private static final int MAX_BYTES = 1 << 20;
    private static final int HEADER_BYTES = 30;
    private static final int TRAILER_BYTES = 8;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void whatWasPackedIsInflated() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] first = bytes(3_000);
            byte[] second = bytes(3_000);
            byte[] members = joined(gzip(first), withAllHeaders(gzip(second)));

            assertThat(inflate(members)).as("seed %d", seed).isEqualTo(joined(first, second));
        }
    }

    @Test
    void whatFollowsIsRefused() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] whole = gzip(bytes(3_000));
            byte[] behind = random.nextBoolean() ? new byte[1 + random.nextInt(30)] : bytes(30);
            if (random.nextInt(4) == 0) {
                behind[0] = whole[0];
            }

            assertRefused(joined(whole, behind));
        }
    }

    @Test
    void whatIsCutOffIsRefused() throws IOException {
        byte[] whole = withAllHeaders(gzip(bytes(300)));
        for (int length = 0; length < whole.length; length++) {
            assertRefused(Arrays.copyOf(whole, length));
        }
    }

    /** Two codes may mean the same bytes: a run repeats alike from a distance of one and of two. */
    @Test
    void noOtherBytesComeOutOfWhatHasChangedOnItsWay() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = bytes(300);
            byte[] changed = withAllHeaders(gzip(bytes));
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                assertThat(inflate(changed))
                        .as("seed %d, %s", seed, Arrays.toString(changed))
                        .isEqualTo(bytes);
            } catch (IOException e) {
                assertThat(ContentCoding.GZIP.isBrokenBy(e)).isTrue();
            }
        }
    }

    @Test
    void whatHasChangedInTheHeaderOrTheTrailerIsRefused() throws IOException {
        byte[] whole = withAllHeaders(gzip(bytes(300)));
        for (int at = 0; at < whole.length; at = at == HEADER_BYTES - 1 ? whole.length - TRAILER_BYTES : at + 1) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            assertRefused(changed);
        }
    }

    private void assertRefused(byte[] coded) {
        assertThatThrownBy(() -> inflate(coded))
                .as("seed %d, %s", seed, Arrays.toString(coded))
                .isInstanceOfSatisfying(
                        IOException.class,
                        e -> assertThat(ContentCoding.GZIP.isBrokenBy(e)).isTrue());
    }

    private byte[] inflate(byte[] coded) throws IOException {
        ProblemException tooLarge = new ProblemException(ProblemCode.REQUEST_TOO_LARGE, "these are small");
        return ContentCoding.GZIP.decode(inPieces(coded), MAX_BYTES, tooLarge).readAllBytes();
    }

    /** As a connection gives them: what has come in yet, and no more is there. */
    private InputStream inPieces(byte[] bytes) {
        int most = 1 + random.nextInt(random.nextBoolean() ? 10 : 1_000);
        return new InputStream() {
            private int at;
            private int piece;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (at == bytes.length) {
                    return -1;
                }
                piece = piece == 0 ? Math.min(bytes.length - at, 1 + random.nextInt(most)) : piece;
                int read = Math.min(piece, length);
                System.arraycopy(bytes, at, into, offset, read);
                at += read;
                piece -= read;
                return read;
            }

            @Override
            public int available() {
                return piece;
            }
        };
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[1 + random.nextInt(most)];
        random.nextBytes(bytes);
        Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) 'x');
        return bytes;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write(bytes);
        }
        return coded.toByteArray();
    }

    /** With an extra field, a name, a comment and the header's own check (RFC 1952, 2.3). */
    private static byte[] withAllHeaders(byte[] gzip) {
        byte[] header = joined(
                Arrays.copyOf(gzip, 10),
                new byte[] {3, 0, 1, 2, 3, 'n', 'a', 'm', 'e', 0, 'c', 'o', 'm', 'm', 'e', 'n', 't', 0});
        header[3] = 0b1_1110;
        CRC32 check = new CRC32();
        check.update(header);
        return joined(
                joined(header, new byte[] {(byte) check.getValue(), (byte) (check.getValue() >> 8)}),
                Arrays.copyOfRange(gzip, 10, gzip.length));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
