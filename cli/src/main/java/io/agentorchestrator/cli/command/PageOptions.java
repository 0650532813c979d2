package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that lists page by page. */
final class PageOptions {
    /** Pages read at most. For each, the API looks through some rows only, so a page may be empty if few rows pass the filters. */
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

    /** The answer to one request. */
    record Page<T>(List<T> items, @Nullable String nextCursor) {}

    /**
     * A kind of list.
     *
     * @param none said where there is nothing
     */
    record Listing<T>(
            String none,
            List<String> titles,
            Function<ApiAnswer, Page<T>> read,
            Function<T, @Nullable String[]> cells) {}

    /** The API's answer to one request. */
    ApiAnswer one(ApiClient client, Query filters) throws InterruptedException {
        return client.get(query(filters, limit, cursor));
    }

    /** Shows as many items as wanted, from as many further pages as that takes, {@link #MAX_PAGES} at most in all. */
    <T> void show(Invocation invocation, ApiClient client, Query filters, ApiAnswer first, Listing<T> listing)
            throws InterruptedException {
        Page<T> page = listing.read().apply(first);
        List<T> found = new ArrayList<>(page.items());
        for (int pages = 1; page.nextCursor() != null && found.size() < limit && pages < MAX_PAGES; pages++) {
            page = listing.read().apply(client.get(query(filters, limit - found.size(), page.nextCursor())));
            found.addAll(page.items());
        }
        if (found.isEmpty()) {
            invocation.out().println(listing.none());
        } else {
            ConsoleTable table = new ConsoleTable(listing.titles().toArray(String[]::new));
            found.forEach(each -> table.add(listing.cells().apply(each)));
            invocation.print(table);
        }
        if (page.nextCursor() != null) {
            invocation
                    .out()
                    .println((found.size() < limit
                                    ? "Not all was looked through; go on with --cursor "
                                    : "There are more: --cursor ")
                            + page.nextCursor());
        }
    }

    private static String query(Query filters, int limit, String cursor) {
        return filters.copy()
                .with("limit", Integer.toString(limit))
                .with("cursor", cursor)
                .toString();
    }
}
