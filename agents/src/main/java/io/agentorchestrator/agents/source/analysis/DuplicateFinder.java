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
import java.util.Set;

/**
 * Finds repeated code: stretches of at least {@link #WINDOW} lines of code that are the same but for layout and comments.
 * Each line is a 64-bit hash, each window of lines another; the first place of every window is remembered, and windows that
 * repeat one after the other make a block. One thread's.
 */
final class DuplicateFinder {
    static final int WINDOW = 10;
    static final int MAX_LINES = 2_000_000;

    /** Lists of imports are alike everywhere and say nothing. */
    private static final Set<String> NOT_COMPARED = Set.of("import", "package", "using", "from", "use", "#include");

    private final List<String> files = new ArrayList<>();
    private final List<Integer> starts = new ArrayList<>();
    private long[] hashes = new long[1 << 12];
    private int[] lines = new int[1 << 12];
    private int size;
    private boolean truncated;

    void add(String path, LexedSource source) {
        if (truncated) {
            return;
        }
        files.add(path);
        starts.add(size);
        for (Map.Entry<Integer, String> line : source.normalLines().entrySet()) {
            if (!isCompared(line.getValue())) {
                continue;
            }
            if (size == MAX_LINES) {
                truncated = true;
                return;
            }
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, size * 2);
                lines = Arrays.copyOf(lines, size * 2);
            }
            hashes[size] = hash(line.getValue());
            lines[size] = line.getKey();
            size++;
        }
    }

    Duplicates find(int maxListed, int unreadable) {
        int[] earlier = earlierPlaces();
        BitSet repeated = new BitSet(size);
        List<Block> blocks = new ArrayList<>();
        for (int file = 0; file < files.size(); file++) {
            int at = starts.get(file);
            int end = endOf(file);
            while (at < end) {
                if (earlier[at] < 0) {
                    at++;
                    continue;
                }
                int last = at;
                while (last + 1 < end && earlier[last + 1] == earlier[last] + 1) {
                    last++;
                }
                int count = last - at + WINDOW;
                repeated.set(at, at + count);
                blocks.add(new Block(count, place(earlier[at], count), place(at, count)));
                at = last + 1;
            }
        }
        int found = blocks.size();
        blocks.sort(Comparator.comparingInt(Block::lines)
                .reversed()
                .thenComparing(block -> block.first().path())
                .thenComparing(block -> block.copy().path())
                .thenComparingInt(block -> block.copy().fromLine()));
        List<Block> longest = List.copyOf(blocks.subList(0, Math.min(maxListed, found)));
        return new Duplicates(size, repeated.cardinality(), found, longest, unreadable, truncated);
    }

    /** For each window the position of the first one like it, -1 if it is the first itself. */
    private int[] earlierPlaces() {
        int slots = Math.max(16, Integer.highestOneBit(Math.max(1, size)) * 4);
        long[] keys = new long[slots];
        int[] places = new int[slots];
        Arrays.fill(places, -1);
        int[] earlier = new int[size];
        Arrays.fill(earlier, -1);
        for (int file = 0; file < files.size(); file++) {
            for (int at = starts.get(file); at + WINDOW <= endOf(file); at++) {
                long key = windowHash(at);
                int slot = (int) (key ^ (key >>> 32)) & (slots - 1);
                while (places[slot] >= 0 && keys[slot] != key) {
                    slot = (slot + 1) & (slots - 1);
                }
                if (places[slot] < 0) {
                    keys[slot] = key;
                    places[slot] = at;
                } else if (at - places[slot] >= WINDOW) { // a stretch that overlaps itself is a list, not a copy
                    earlier[at] = places[slot];
                }
            }
        }
        return earlier;
    }

    private int endOf(int file) {
        return file + 1 < files.size() ? starts.get(file + 1) : size;
    }

    private Place place(int at, int count) {
        int index = java.util.Collections.binarySearch(starts, at);
        int file = index >= 0 ? index : -index - 2;
        while (file + 1 < files.size() && starts.get(file + 1) <= at) {
            file++; // files without any compared line share a start
        }
        return new Place(files.get(file), lines[at], lines[at + count - 1]);
    }

    private long windowHash(int at) {
        long hash = 0;
        for (int line = at; line < at + WINDOW; line++) {
            hash = mix(hash * 31 + hashes[line]);
        }
        return hash;
    }

    private static boolean isCompared(String line) {
        boolean says = line.chars().anyMatch(Character::isLetterOrDigit);
        int space = line.indexOf(' ');
        return says && !NOT_COMPARED.contains(space < 0 ? line : line.substring(0, space));
    }

    private static long hash(String text) {
        long hash = text.length();
        for (int index = 0; index < text.length(); index++) {
            hash = hash * 0x100000001B3L + text.charAt(index);
        }
        return mix(hash);
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 32);
    }
}
