package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationError;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipException;

/** How a body is coded on its way (RFC 9110, 8.4). What comes out of it is bounded by whoever reads it; what goes in, here. */
enum ContentCoding {
    NONE,
    GZIP;

    private static final String HEADER = "Content-Encoding";

    /**
     * The coding of a request's body.
     *
     * @throws ProblemException (415) if it is another one
     */
    static ContentCoding of(HttpServletRequest request) {
        List<String> codings = Collections.list(request.getHeaders(HEADER)).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
                .toList();
        if (codings.isEmpty()) {
            return NONE;
        }
        if (codings.equals(List.of("gzip")) || codings.equals(List.of("x-gzip"))) {
            return GZIP;
        }
        throw new ProblemException(ValidationError.ofHeader(
                HEADER,
                ProblemCode.UNSUPPORTED_CONTENT_ENCODING,
                "a body comes as it is or in gzip, not in '%s'".formatted(Shown.text(String.join(", ", codings)))));
    }

    /**
     * The body, decoded as it is read.
     *
     * @param tooLarge thrown once more than so many bytes came in
     */
    InputStream decode(InputStream coded, int maxBytes, ProblemException tooLarge) {
        return switch (this) {
            case NONE -> coded;
            case GZIP -> new GzipStream(new Bounded(coded, maxBytes, tooLarge));
        };
    }

    /** Whether what went wrong with reading a body is that it is not coded so. */
    boolean isBrokenBy(IOException failure) {
        return this == GZIP && (failure instanceof ZipException || failure instanceof EOFException);
    }

    /** Of a stream, no more than so many bytes: gzip can hold any number that stand for nothing. */
    private static final class Bounded extends FilterInputStream {
        private final ProblemException tooLarge;
        private long left;

        Bounded(InputStream in, long maxBytes, ProblemException tooLarge) {
            super(in);
            this.left = maxBytes;
            this.tooLarge = tooLarge;
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            if (read >= 0) {
                count(1);
            }
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read > 0) {
                count(read);
            }
            return read;
        }

        private void count(int bytes) {
            left -= bytes;
            if (left < 0) {
                throw tooLarge;
            }
        }
    }
}
