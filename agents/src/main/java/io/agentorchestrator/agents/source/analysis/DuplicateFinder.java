package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.Duplicates.Block;
import io.agentorchestrator.agents.source.analysis.Duplicates.Place;
import io.agentorchestrator.agents.source.language.LexedSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
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

    private record Compared(String path, int[] lines, long[] hashes) {}

    /** By the number of compared lines before it; a file without any is replaced by the next. */
    private final NavigableMap<Integer, Compared> files = new TreeMap<>();

    private int size;
    private boolean truncated;

    void add(String path, LexedSource source) {
        List<Map.Entry<Integer, String>> compared = source.normalLines().entrySet().stream()
                .filter(line -> isCompared(line.getValue()))
                .toList();
        truncated |= compared.size() > MAX_LINES - size;
        compared = compared.subList(0, Math.min(compared.size(), MAX_LINES - size));
        files.put(
                size,
                new Compared(
                        path,
                        compared.stream().mapToInt(Map.Entry::getKey).toArray(),
                        compared.stream()
                                .mapToLong(line -> hash(line.getValue()))
                                .toArray()));
        size += compared.size();
    }

    Duplicates find(int maxListed, int unreadable) {
        int[] earlier = earlierPlaces();
        BitSet repeated = new BitSet(size);
        List<Block> blocks = new ArrayList<>();
        files.forEach((start, file) -> {
            int end = start + file.lines().length;
            for (int at = start; at < end; at++) {
                if (earlier[at] >= 0) {
                    int from = at;
                    while (at + 1 < end && earlier[at + 1] == earlier[at] + 1) {
                        at++;
                    }
                    int count = at - from + WINDOW;
                    repeated.set(from, from + count);
                    blocks.add(new Block(count, place(earlier[from], count), place(from, count)));
                }
            }
        });
        List<Block> longest = blocks.stream()
                .sorted(Comparator.comparingInt(Block::lines)
                        .reversed()
                        .thenComparing(block -> block.first().path())
                        .thenComparing(block -> block.copy().path())
                        .thenComparingInt(block -> block.copy().fromLine()))
                .limit(maxListed)
                .toList();
        return new Duplicates(size, repeated.cardinality(), blocks.size(), longest, unreadable, truncated);
    }

    /** For each window the place of the first one like it, -1 if it is the first itself. */
    private int[] earlierPlaces() {
        long[] hashes = files.values().stream()
                .flatMapToLong(file -> Arrays.stream(file.hashes()))
                .toArray();
        long[] windows = files.entrySet().stream()
                .flatMapToInt(file -> IntStream.rangeClosed(
                        file.getKey(), file.getKey() + file.getValue().lines().length - WINDOW))
                .mapToLong(at -> (hash(Arrays.stream(hashes, at, at + WINDOW)) & ~PLACE) | at)
                .sorted()
                .toArray();
        int[] earlier = new int[size];
        Arrays.fill(earlier, -1);
        int first = 0;
        for (long window : windows) {
            int at = (int) (window & PLACE);
            if (!Arrays.equals(hashes, first, first + WINDOW, hashes, at, at + WINDOW)) {
                first = at;
            } else if (at - first >= WINDOW) { // a stretch that overlaps itself is a list, not a copy
                earlier[at] = first;
            }
        }
        return earlier;
    }

    private Place place(int at, int count) {
        Map.Entry<Integer, Compared> file = files.floorEntry(at);
        int[] lines = file.getValue().lines();
        int from = at - file.getKey();
        return new Place(file.getValue().path(), lines[from], lines[from + count - 1]);
    }

    private static boolean isCompared(String line) {
        return line.chars().anyMatch(Character::isLetterOrDigit) && !NOT_COMPARED.contains(line.split(" ", 2)[0]);
    }

    private static long hash(String text) {
        return hash(text.chars().asLongStream());
    }

    private static long hash(LongStream parts) {
        return parts.reduce(0, (hash, part) -> {
            long mixed = (hash * 31 + part) * 0xD6E8FEB86659FD93L;
            return mixed ^ (mixed >>> 32);
        });
    }
}
