package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.TaskKeys;
import io.agentorchestrator.api.problem.ValidationError;
import io.agentorchestrator.api.problem.ValidationErrors;
import io.agentorchestrator.workflows.model.Limits;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads request bodies, each within its limit and all together within a share of the heap; where they come compressed, that is what
 * they inflate to. Thread-safe.
 */
@Component
public final class BodyReader {
    /** Of one task, whose payload may be written with escapes and white space. */
    public static final int MAX_TASK_REQUEST_BYTES = 2 * 1024 * 1024;
    /** Of a request that has no payload. */
    public static final int MAX_SMALL_REQUEST_BYTES = 64 * 1024;

    /** Raw bytes of all bodies may take this part of the heap; their trees take several times as much. */
    private static final int HEAP_PART = 16;

    private static final int CHUNK_BYTES = 64 * 1024;
    /** The largest request, and the largest that one inflates to: what is allowed at all must fit once. */
    private static final long MIN_BYTES = Limits.MAX_REQUEST_BYTES + 8L * 1024 * 1024;

    private final BodyMemory memory;

    public BodyReader() {
        this(Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART));
    }

    /** @param bytesAltogether that bodies, and what they inflate to, may take together */
    public BodyReader(long bytesAltogether) {
        this.memory = new BodyMemory(bytesAltogether);
    }

    /** Sets aside memory for what is made of a body, out of the same part of the heap. */
    public MemoryShare share() {
        return memory.share();
    }

    long heldBytes() {
        return memory.heldBytes();
    }

    /**
     * Reads the request's body.
     *
     * @throws ProblemException if it is too large (before it is read to its end), malformed, or there is no room for it now
     */
    public Body read(HttpServletRequest request, BodyFormat format, int maxBytes) {
        return this.<RuntimeException>read(request, maxBytes, bytes -> switch (format) {
            case JSON -> JsonDocument.parse(bytes);
            case YAML -> YamlDocument.parse(bytes);
        });
    }

    /**
     * Reads the request's body where it may have none: an empty one, of whatever media type, reads as an empty object.
     *
     * @throws HttpMediaTypeNotSupportedException if there is one that is not JSON
     * @throws ProblemException as {@link #read(HttpServletRequest, BodyFormat, int)}
     */
    public Body readIfAny(HttpServletRequest request, int maxBytes) throws HttpMediaTypeNotSupportedException {
        MediaType type = mediaType(request);
        boolean isJson = type != null && MediaType.APPLICATION_JSON.isCompatibleWith(type);
        return this.<HttpMediaTypeNotSupportedException>read(request, maxBytes, bytes -> {
            if (bytes.length == 0) {
                return JsonNodeFactory.instance.objectNode();
            }
            if (!isJson) {
                throw new HttpMediaTypeNotSupportedException(type, List.of(MediaType.APPLICATION_JSON));
            }
            return JsonDocument.parse(bytes);
        });
    }

    /** JSON and YAML are read as UTF-8; another charset is refused, not guessed at. */
    private static void checkCharset(HttpServletRequest request) {
        MediaType type = mediaType(request);
        Charset charset = type == null ? null : type.getCharset();
        if (charset != null && !charset.equals(StandardCharsets.UTF_8) && !charset.equals(StandardCharsets.US_ASCII)) {
            throw new ProblemException(ValidationError.ofHeader(
                    HttpHeaders.CONTENT_TYPE,
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "a body is in UTF-8, not in %s".formatted(charset.name())));
        }
    }

    private static @Nullable MediaType mediaType(HttpServletRequest request) {
        String type = request.getContentType();
        try {
            return type == null ? null : MediaType.parseMediaType(type);
        } catch (InvalidMediaTypeException _) {
            return null;
        }
    }

    /** Makes a tree of a body's bytes. */
    @FunctionalInterface
    private interface Parser<E extends Exception> {
        JsonNode parse(byte[] bytes) throws E;
    }

    private <E extends Exception> Body read(HttpServletRequest request, int maxBytes, Parser<E> parser) throws E {
        long receivedNanos = System.nanoTime();
        long length = request.getContentLengthLong();
        if (length > maxBytes) {
            throw tooLarge(maxBytes);
        }
        ContentCoding coding = ContentCoding.NONE;
        if (length != 0) {
            checkCharset(request);
            coding = ContentCoding.of(request);
        }
        Reading reading = new Reading(maxBytes, coding == ContentCoding.NONE ? firstBytes(length) : CHUNK_BYTES);
        boolean done = false;
        try (InputStream in = coding.decode(request.getInputStream(), maxBytes, tooLarge(maxBytes))) {
            JsonNode tree = parser.parse(reading.readFully(in));
            TaskKeys.remember(request, tree);
            ValidationErrors findings = new ValidationErrors();
            Characters.check(tree, findings);
            findings.throwIfAny();
            done = true;
            return new Body(tree, receivedNanos, reading.share::close);
        } catch (IOException e) {
            throw new ProblemException(
                    ProblemCode.BAD_REQUEST,
                    coding.isBrokenBy(e)
                            ? "the body is not gzip, as its Content-Encoding says, or it is cut off, or something follows it"
                            : "the body could not be read to its end");
        } finally {
            if (!done) {
                reading.share.close();
            }
        }
    }

    /** Room for the body where its length is told, and for its end. */
    private static int firstBytes(long contentLength) {
        return contentLength < 0 ? CHUNK_BYTES : (int) Math.min(contentLength + 1, CHUNK_BYTES);
    }

    private static ProblemException tooLarge(int maxBytes) {
        return new ProblemException(
                ProblemCode.REQUEST_TOO_LARGE,
                "the request's body is larger than the %,d bytes that are allowed here".formatted(maxBytes));
    }

    /** One body on its way in. */
    private final class Reading {
        private final int maxBytes;
        private final int firstBytes;
        private final BodyMemory.Share share = memory.share();

        Reading(int maxBytes, int firstBytes) {
            this.maxBytes = maxBytes;
            this.firstBytes = firstBytes;
        }

        byte[] readFully(InputStream in) throws IOException {
            byte[] bytes = new byte[firstBytes];
            int length = 0;
            share.holdInAll(1);
            while (true) {
                int read = in.read(bytes, length, bytes.length - length);
                if (read < 0) {
                    return Arrays.copyOf(bytes, length);
                }
                length += read;
                if (length > maxBytes) {
                    throw tooLarge(maxBytes);
                }
                share.holdInAll(length);
                if (length == bytes.length) {
                    bytes = Arrays.copyOf(bytes, Math.min(length * 2, maxBytes + CHUNK_BYTES));
                }
            }
        }
    }
}
