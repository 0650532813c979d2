package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.io.input.BOMInputStream;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;

/**
 * A DAG file as the API gets it: its bytes as they are, with their media type. What they mean, and what is wrong with them, is
 * the API's business.
 *
 * @param name for messages
 * @param bytes without a byte order mark; not to be changed
 */
public record DagFile(String name, byte[] bytes, Format format) {
    /** The name that stands for the standard input. */
    public static final String STANDARD_INPUT = "-";

    /** Keeps an endless input from filling the memory; the API's own limit is lower. */
    static final int MAX_BYTES = 64 << 20;

    private static final Pattern JSON_OBJECT = Pattern.compile("[ \\t\\r\\n]*+\\{[ \\t\\r\\n]*+[\"}]");

    /** The format of a DAG file. */
    public enum Format {
        JSON,
        YAML;

        /** The media type that the API knows it by. */
        String mediaType() {
            return "application/" + name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Reads a file, a pipe or, where the name is {@code -}, the standard input.
     *
     * @param directory what a relative name is relative to
     */
    public static DagFile read(Path directory, String name, InputStream standardInput) {
        boolean piped = name.equals(STANDARD_INPUT);
        String shownName = piped ? "The standard input" : name;
        try {
            Path file = directory.resolve(name);
            if (!piped && Files.isDirectory(file)) {
                throw new UsageFailure(name + " is a directory: give the path of a DAG file (YAML or JSON).");
            }
            byte[] bytes;
            try (InputStream in = piped ? standardInput : Files.newInputStream(file)) {
                bytes = BOMInputStream.builder().setInputStream(in).get().readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                throw new CliFailure(shownName + " is larger than " + (MAX_BYTES >> 20)
                        + " MiB, more than any DAG that the API takes.");
            }
            return new DagFile(shownName, bytes, format(name.toLowerCase(Locale.ROOT), bytes));
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new UsageFailure(name + " is no file: give the path of a DAG file (YAML or JSON).", e);
        } catch (IOException e) {
            throw new UsageFailure(
                    shownName + " cannot be read: " + CliFailure.reason(e)
                            + (piped
                                    ? ". Where it is closed or no file, give the path of a DAG file or pipe one in."
                                    : ""),
                    e);
        }
    }

    /** By the name; where that does not tell, by what stands there first: JSON's objects begin with a brace and a name in quotes. */
    private static Format format(String name, byte[] bytes) {
        boolean named = name.endsWith(".json") || name.endsWith(".yaml") || name.endsWith(".yml");
        boolean isJson = named
                ? name.endsWith(".json")
                : JSON_OBJECT
                        .matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                        .lookingAt();
        return isJson ? Format.JSON : Format.YAML;
    }

    /**
     * The same file with other values for some of its inputs; all else means what it meant, and stays as it is written unless it is an
     * alias of something that changes. A file that cannot be read stays as it is: the API refuses it, and says where it is wrong.
     *
     * @param values JSON by the name of the input
     */
    public DagFile with(Map<String, String> values) {
        if (values.isEmpty()) {
            return this;
        }
        String text = text();
        try {
            String changed = switch (format) {
                case JSON -> new JsonInputs(name, text).with(values);
                case YAML -> new YamlInputs(name, text).with(values);
            };
            return new DagFile(name, changed.getBytes(StandardCharsets.UTF_8), format);
        } catch (JacksonException | YamlEngineException unreadable) {
            return this;
        }
    }

    /**
     * Sends it as it is.
     *
     * @param headers beside the usual ones
     */
    public ApiAnswer post(ApiClient client, String path, Map<String, String> headers) throws InterruptedException {
        return client.post(path, bytes, format.mediaType(), headers);
    }

    private String text() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CliFailure(name + " is not UTF-8 text: save it as UTF-8.", e);
        }
    }
}
