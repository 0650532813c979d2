package io.agentorchestrator.cli.process;

import io.agentorchestrator.cli.failure.CliFailure;
import io.agentorchestrator.cli.failure.UsageFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        // A word a part, and nothing behind the last zero.
        String[] words = new String(commandLine, StandardCharsets.ISO_8859_1).split("\0", -1);
        int end = words.length - 1;
        for (String word : List.of(words).subList(Math.max(0, end - count), end)) {
            if (!StandardCharsets.US_ASCII.newEncoder().canEncode(word)) {
                checkUtf8(word);
                if (!encoding.equals(StandardCharsets.UTF_8.name())) {
                    throw new CliFailure(("An argument is not plain ASCII, and this machine has no locale in UTF-8 (its"
                                    + " encoding is %s): install one, or set LC_ALL to it, such as C.UTF-8.")
                            .formatted(encoding));
                }
            }
        }
    }

    private static void checkUtf8(String word) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(word.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (CharacterCodingException e) {
            throw new UsageFailure("`%s` is not UTF-8: give arguments and file names in UTF-8.".formatted(word), e);
        }
    }
}
