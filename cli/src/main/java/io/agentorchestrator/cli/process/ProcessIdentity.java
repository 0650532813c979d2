package io.agentorchestrator.cli.process;

import io.agentorchestrator.cli.stack.StateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one with the same pid.
 *
 * @param birth when it started, in a form that no other process of that pid shares, also after a reboot
 */
public record ProcessIdentity(long pid, String birth) {
    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT_ID = PROC.resolve("sys/kernel/random/boot_id");
    /** Fields after the command's closing parenthesis in /proc/PID/stat: state is first, start time the twentieth. */
    private static final int STATE_FIELD = 0;

    private static final int START_TIME_FIELD = 19;

    /** The living process with this pid, if there is one; a zombie does not live. */
    public static Optional<ProcessIdentity> of(long pid) {
        Path stat = PROC.resolve(Long.toString(pid)).resolve("stat");
        if (Files.isReadable(BOOT_ID)) {
            try {
                String text = Files.readString(stat);
                List<String> fields = List.of(
                        text.substring(text.lastIndexOf(')') + 2).strip().split(" ", -1));
                if (fields.get(STATE_FIELD).equals("Z")
                        || fields.get(STATE_FIELD).equals("X")) {
                    return Optional.empty();
                }
                String boot = Files.readString(BOOT_ID).strip();
                return Optional.of(new ProcessIdentity(pid, boot + ":" + fields.get(START_TIME_FIELD)));
            } catch (IOException gone) {
                return Optional.empty();
            }
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(start -> new ProcessIdentity(pid, Long.toString(start.toEpochMilli())));
    }

    /** The process that a pid file names, whether it lives or not. */
    public static Optional<ProcessIdentity> read(Path pidFile) {
        try {
            String[] words = Files.readString(pidFile).strip().split(" ", -1);
            return words.length < 2
                    ? Optional.empty()
                    : Optional.of(new ProcessIdentity(Long.parseLong(words[0]), words[1]));
        } catch (IOException | NumberFormatException absent) {
            return Optional.empty();
        }
    }

    /** The process that a pid file names, if it lives. */
    public static Optional<ProcessIdentity> readLiving(Path pidFile) {
        return read(pidFile).filter(ProcessIdentity::alive);
    }

    /** Writes a pid file. */
    public void write(Path pidFile) {
        StateFiles.replace(pidFile, pid + " " + birth + "\n");
    }

    /** Tells whether this very process lives. */
    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }
}
