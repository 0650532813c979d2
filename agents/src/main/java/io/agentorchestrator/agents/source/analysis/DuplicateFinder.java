package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.Duplicates.Block;
import io.agentorchestrator.agents.source.analysis.Duplicates.Place;
import io.agentorchestrator.agents.source.language.LexedSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Finds repeated code: stretches of at least {@link #WINDOW} lines of code that are the same but for layout and comments.
 * Each line is a 64-bit hash. Windows of lines are sorted by their hash and then by place, so that each follows the first
 * one like it, and windows that repeat one after the other make a block. One thread's.
 */
final class DuplicateFinder {
    static final int WINDOW = 10;
    static final int MAX_LINES = 2_000_000;

    /** The lower bits of a window's key, enough for {@link #MAX_LINES}; the upper ones are of its hash. */
    private static final long PLACE = (1L << 21) - 1;

    /** Lists of imports are alike everywhere and say nothing. */
    private static final Set<String> NOT_COMPARED = Set.of("import", "package", "using", "from", "use", "#include");

    private record Line(String path, int number, long hash) {}

    private final List<Line> lines = new ArrayList<>();
    private boolean truncated;

    void add(String path, LexedSource source) {
        source.normalLines().forEach((number, text) -> {
            if (isCompared(text)) {
                truncated |= lines.size() == MAX_LINES;
                if (!truncated) {
                    lines.add(new Line(path, number, hash(text.chars().asLongStream())));
                }
            }
        });
    }

    Duplicates find(int maxListed, int unreadable) {
        int[] earlier = earlierPlaces();
        BitSet repeated = new BitSet();
        List<Block> blocks = new ArrayList<>();
        for (int at = 0; at < earlier.length; at++) {
            if (earlier[at] >= 0) {
                int from = at;
                while (at + 1 < earlier.length && earlier[at + 1] == earlier[at] + 1) {
                    at++;
                }
                int count = at - from + WINDOW;
                repeated.set(from, from + count);
                blocks.add(new Block(count, place(earlier[from], count), place(from, count)));
            }
        }
        List<Block> longest = blocks.stream()
                .sorted(Comparator.comparingInt(Block::lines)
                        .reversed()
                        .thenComparing(block -> block.first().path())
                        .thenComparing(block -> block.copy().path())
                        .thenComparingInt(block -> block.copy().fromLine()))
                .limit(maxListed)
                .toList();
        return new Duplicates(lines.size(), repeated.cardinality(), blocks.size(), longest, unreadable, truncated);
    }

    /** For each window the place of the first one like it, -1 if it is the first itself or would reach into the next file. */
    private int[] earlierPlaces() {
        long[] windows = IntStream.rangeClosed(0, lines.size() - WINDOW)
                .filter(at ->
                        lines.get(at).path().equals(lines.get(at + WINDOW - 1).path()))
                .mapToLong(at -> (hash(hashes(at)) & ~PLACE) | at)
                .sorted()
                .toArray();
        int[] earlier = new int[lines.size()];
        Arrays.fill(earlier, -1);
        int first = 0;
        for (long window : windows) {
            int at = (int) (window & PLACE);
            if (!Arrays.equals(hashes(first).toArray(), hashes(at).toArray())) {
                first = at;
            } else if (at - first >= WINDOW) { // a stretch that overlaps itself is a list, not a copy
                earlier[at] = first;
            }
        }
        return earlier;
    }

    private LongStream hashes(int window) {
        return lines.subList(window, window + WINDOW).stream().mapToLong(Line::hash);
    }

    private Place place(int from, int count) {
        Line first = lines.get(from);
        return new Place(
                first.path(), first.number(), lines.get(from + count - 1).number());
    }

    private static boolean isCompared(String line) {
        return line.chars().anyMatch(Character::isLetterOrDigit) && !NOT_COMPARED.contains(line.split(" ", 2)[0]);
    }

    private static long hash(LongStream parts) {
        return parts.reduce(0, (hash, part) -> {
            long mixed = (hash * 31 + part) * 0xD6E8FEB86659FD93L;
            return mixed ^ (mixed >>> 32);
        });
    }
}
