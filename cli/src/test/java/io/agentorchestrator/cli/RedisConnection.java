package io.agentorchestrator.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code redis-cli} is to people: sends a command, reads the answer (RESP 2). Not thread-safe. */
public final class RedisConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket = new Socket();
    private final InputStream in;

    public RedisConnection(int port) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** An answer: a String, a Long, a List of answers, or an empty String for nil. */
    public Object send(String... words) throws IOException {
        StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            command.append('$')
                    .append(word.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        socket.getOutputStream().write(command.toString().getBytes(StandardCharsets.UTF_8));
        return answer();
    }

    private Object answer() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '$' -> text(Integer.parseInt(rest));
            case '*' -> list(Integer.parseInt(rest));
            default -> throw new IOException("Redis says " + line);
        };
    }

    private String text(int length) throws IOException {
        if (length < 0) {
            return "";
        }
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        line();
        return text;
    }

    private List<Object> list(int length) throws IOException {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(answer());
        }
        return list;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** The entries of a stream from its beginning, by id, as {@code XREAD STREAMS name 0} gives them. */
    public Map<String, Map<String, String>> stream(String name) throws IOException {
        Map<String, Map<String, String>> entries = new LinkedHashMap<>();
        if (!(send("XREAD", "STREAMS", name, "0") instanceof List<?> streams)) {
            return entries;
        }
        for (Object stream : streams) {
            for (Object entry : (List<?>) ((List<?>) stream).get(1)) {
                List<?> fields = (List<?>) ((List<?>) entry).get(1);
                Map<String, String> byName = new LinkedHashMap<>();
                for (int i = 0; i < fields.size(); i += 2) {
                    byName.put(fields.get(i).toString(), fields.get(i + 1).toString());
                }
                entries.put(((List<?>) entry).getFirst().toString(), byName);
            }
        }
        return entries;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
