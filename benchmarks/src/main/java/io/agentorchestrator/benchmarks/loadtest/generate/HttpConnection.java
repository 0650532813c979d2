package io.agentorchestrator.benchmarks.loadtest.generate;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept HTTP/1.1 connection that posts JSON and reads the answer (RFC 9112): all that a generator needs, in one write and mostly
 * one read. Not thread-safe.
 */
final class HttpConnection implements AutoCloseable {
    private static final int BUFFER_BYTES = 8 << 10;
    private static final int MAX_LINE = 8 << 10;
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final Socket socket = new Socket();
    private final InputStream in;
    private final OutputStream out;
    private final String host;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int next;
    private int end;
    private boolean kept = true;
    private long usedNanos;

    HttpConnection(InetSocketAddress address, int connectMillis, int answerMillis) throws IOException {
        host = address.getHostString() + ":" + address.getPort();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, connectMillis);
            socket.setSoTimeout(answerMillis);
            in = socket.getInputStream();
            out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Posts and reads the whole answer. */
    ApiAnswer post(String path, String headers, byte[] body) throws IOException {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: " + host
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n" + headers
                        + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        out.write(ByteBuffer.allocate(head.length + body.length)
                .put(head)
                .put(body)
                .array());
        ApiAnswer answer = read();
        usedNanos = System.nanoTime();
        return answer;
    }

    /** Tells whether another request may use this connection. */
    boolean kept() {
        return kept;
    }

    /** Time at which the last answer was read, by {@link System#nanoTime()}. */
    long usedNanos() {
        return usedNanos;
    }

    private ApiAnswer read() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            throw new ProtocolException("no HTTP/1.1: " + status);
        }
        int code = Integer.parseInt(status.substring(9, 12));
        long length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(header.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = lower.contains("chunked");
            } else if (lower.startsWith("connection:") && lower.contains("close")) {
                kept = false;
            }
        }
        return new ApiAnswer(code, chunked ? chunks() : exactly(length));
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
            all.writeBytes(exactly(size));
            line();
            if (size == 0) {
                return all.toByteArray();
            }
        }
    }

    private byte[] exactly(long length) throws IOException {
        if (length < 0 || length > MAX_ANSWER_BYTES) {
            throw new ProtocolException("an answer of " + length + " bytes");
        }
        byte[] bytes = new byte[(int) length];
        for (int done = 0; done < bytes.length; ) {
            if (next == end) {
                fill();
            }
            int part = Math.min(end - next, bytes.length - done);
            System.arraycopy(buffer, next, bytes, done, part);
            next += part;
            done += part;
        }
        return bytes;
    }

    /** A line without its end, which is within what has been read already in almost all cases. */
    private String line() throws IOException {
        String begun = "";
        while (true) {
            for (int at = next; at < end; at++) {
                if (buffer[at] == '\n') {
                    String line = begun + text(next, at);
                    next = at + 1;
                    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
                }
            }
            begun += text(next, end);
            if (begun.length() > MAX_LINE) {
                throw new ProtocolException("a line that does not end");
            }
            fill();
        }
    }

    private String text(int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private void fill() throws IOException {
        int count = in.read(buffer);
        if (count < 0) {
            throw new EOFException("the connection was closed");
        }
        next = 0;
        end = count;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            kept = false;
        }
    }

    /** The answer to a request. */
    record ApiAnswer(int status, byte[] body) {}
}
