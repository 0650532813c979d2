package io.agentorchestrator.benchmarks.placement;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A request of a trace.
 *
 * @param at when it came, since the first of the trace
 * @param tokens that were generated for it: its work
 */
public record TracedRequest(Duration at, int tokens) {
    /** The length of the traces, by which load is measured. */
    static final Duration HOUR = Duration.ofHours(1);

    private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss[.SSSSSSS][.SSSSSS]");

    /** The requests of so many services, the hour of each beginning at another time of the hour. */
    static List<TracedRequest> ofServices(List<TracedRequest> one, int services) {
        List<TracedRequest> all = new ArrayList<>();
        for (int i = 0; i < services; i++) {
            long shift = HOUR.toNanos() / services * i;
            one.forEach(each -> all.add(new TracedRequest(
                    Duration.ofNanos((each.at().toNanos() + shift) % HOUR.toNanos()), each.tokens())));
        }
        all.sort(Comparator.comparing(TracedRequest::at));
        return all;
    }

    /**
     * Reads a trace as the Azure Public Dataset has them ({@code TIMESTAMP,ContextTokens,GeneratedTokens}), in the order of time.
     *
     * @throws IOException if the file cannot be read, or is no such trace; the message says where
     */
    public static List<TracedRequest> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 2 || !lines.getFirst().strip().equals(HEADER)) {
            throw new IOException(file + " is no trace: its first line is to be " + HEADER + ", and a request follows");
        }
        List<TracedRequest> requests = new ArrayList<>();
        LocalDateTime first = null;
        for (int i = 1; i < lines.size(); i++) {
            try {
                String[] fields = lines.get(i).strip().split(",", -1);
                LocalDateTime time = LocalDateTime.parse(fields[0], TIME);
                first = first == null ? time : first;
                requests.add(new TracedRequest(Duration.between(first, time), Integer.parseInt(fields[2])));
            } catch (RuntimeException e) {
                throw new IOException(file + ", line " + (i + 1) + ": '" + lines.get(i) + "' is no request", e);
            }
        }
        return requests;
    }
}
