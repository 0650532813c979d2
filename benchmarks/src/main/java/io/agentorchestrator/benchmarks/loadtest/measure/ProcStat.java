package io.agentorchestrator.benchmarks.loadtest.measure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One line of {@code /proc/PID/stat}, see proc(5); times in clock ticks.
 *
 * @param startTicks when it started, after boot: with the pid it names a process for good
 * @param ownTicks of this process, in user and kernel mode
 * @param reapedTicks of its children that ended and were waited for
 */
public record ProcStat(long pid, long parent, long startTicks, long ownTicks, long reapedTicks) {
    /** USER_HZ, which Linux has kept at 100 on every architecture that we run on. */
    public static final int TICKS_PER_SECOND = 100;

    private static final Path PROC = Path.of("/proc");

    /** Reads one line; empty where it is none. */
    static Optional<ProcStat> parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')'); // the command's name may hold anything, also parentheses
        if (open < 0 || close < open || line.length() < close + 2) {
            return Optional.empty();
        }
        String[] fields = line.substring(close + 2).strip().split(" ", -1);
        if (fields.length < 20) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcStat(
                    Long.parseLong(line.substring(0, open).strip()),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[19]),
                    Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
                    Long.parseLong(fields[13]) + Long.parseLong(fields[14])));
        } catch (NumberFormatException notAStat) {
            return Optional.empty();
        }
    }

    /** Every process of the machine by its pid; empty where there is no /proc. */
    static Map<Long, ProcStat> all() {
        Map<Long, ProcStat> all = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                read(process).ifPresent(stat -> all.put(stat.pid(), stat));
            }
        } catch (IOException noProc) {
            return Map.of();
        }
        return all;
    }

    private static Optional<ProcStat> read(Path process) {
        try {
            return parse(Files.readString(process.resolve("stat")));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The processor time of a process and all that descend from it. */
    static long treeTicks(long root, Map<Long, ProcStat> all) {
        long ticks = 0;
        for (ProcStat each : all.values()) {
            if (descends(each, root, all)) {
                ticks += each.ownTicks() + each.reapedTicks();
            }
        }
        return ticks;
    }

    private static boolean descends(ProcStat process, long root, Map<Long, ProcStat> all) {
        ProcStat current = process;
        // Bounded: the table may be torn, as processes come and go while it is read.
        for (int depth = 0; current != null && depth < 50; depth++) {
            if (current.pid() == root) {
                return true;
            }
            current = all.get(current.parent());
        }
        return false;
    }
}
