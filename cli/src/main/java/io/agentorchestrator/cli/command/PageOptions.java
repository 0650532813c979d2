package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that lists page by page. */
final class PageOptions {
    /** For each page the API looks through some rows only, so that of what few rows pass a page may be empty. */
    private static final int MAX_PAGES = 50;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many at most, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--cursor",
            paramLabel = "CURSOR",
            defaultValue = "",
            description = "Goes on where an earlier list, asked in the same way, ended.")
    private String cursor = "";

    /** What the API answers to one request. */
    ApiAnswer one(ApiClient client, Query filters) throws InterruptedException {
        return client.get(query(filters, limit, cursor));
    }

    /** As many as wanted, from as many pages as that takes within a bound. */
    <T> Found<T> many(ApiClient client, Query filters, Function<ApiAnswer, Page<T>> read) throws InterruptedException {
        List<T> found = new ArrayList<>();
        String at = cursor;
        int pages = 0;
        do {
            Page<T> page = read.apply(client.get(query(filters, limit - found.size(), at)));
            found.addAll(page.items());
            at = Objects.requireNonNullElse(page.nextCursor(), "");
            pages++;
        } while (!at.isEmpty() && found.size() < limit && pages < MAX_PAGES);
        return new Found<>(found, at, found.size() < limit);
    }

    private static String query(Query filters, int limit, String cursor) {
        return filters.copy()
                .with("limit", Integer.toString(limit))
                .with("cursor", cursor)
                .toString();
    }

    /** The answer to one request. */
    record Page<T>(List<T> items, @Nullable String nextCursor) {}

    /**
     * A part of a list.
     *
     * @param cursor where it goes on; empty at its end
     * @param brokenOff whether the looking was broken off there, so that perhaps nothing follows
     */
    record Found<T>(List<T> items, String cursor, boolean brokenOff) {
        void printNext(Invocation invocation) {
            if (!cursor.isEmpty()) {
                String what =
                        brokenOff ? "Not all was looked through; go on with --cursor " : "There are more: --cursor ";
                invocation.out().println(what + cursor);
            }
        }
    }
}
