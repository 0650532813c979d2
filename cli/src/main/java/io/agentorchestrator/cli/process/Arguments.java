package io.agentorchestrator.cli.process;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of this process as they were given. A JVM replaces what does not fit its locale's encoding without a word; here
 * that is refused instead.
 */
public final class Arguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final String ENCODING = "sun.jnu.encoding";

    private Arguments() {}

    /** Refuses arguments that a JVM could not understand; does nothing where the system does not show their bytes. */
    public static void check(String... decoded) {
        try {
            check(Files.readAllBytes(COMMAND_LINE), System.getProperty(ENCODING, ""), decoded.length);
        } catch (IOException notLinux) {
            return;
        }
    }

    static void check(byte[] commandLine, String encoding, int count) {
        List<byte[]> words = split(commandLine);
        for (byte[] word : words.subList(Math.max(0, words.size() - count), words.size())) {
            if (!isAscii(word)) {
                checkUtf8(word);
                if (!encoding.equals(StandardCharsets.UTF_8.name())) {
                    throw new CliFailure(("An argument is not plain ASCII, and this machine has no locale in UTF-8 (its"
                                    + " encoding is %s): install one, or set LC_ALL to it, such as C.UTF-8.")
                            .formatted(encoding));
                }
            }
        }
    }

    private static void checkUtf8(byte[] word) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(word));
        } catch (CharacterCodingException e) {
            throw new CliFailure(
                    "`%s` is not UTF-8: give arguments and file names in UTF-8."
                            .formatted(new String(word, StandardCharsets.ISO_8859_1)),
                    e);
        }
    }

    private static boolean isAscii(byte[] word) {
        for (byte each : word) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    private static List<byte[]> split(byte[] commandLine) {
        List<byte[]> words = new ArrayList<>();
        int start = 0;
        for (int at = 0; at < commandLine.length; at++) {
            if (commandLine[at] == 0) {
                words.add(Arrays.copyOfRange(commandLine, start, at));
                start = at + 1;
            }
        }
        return words;
    }
}
