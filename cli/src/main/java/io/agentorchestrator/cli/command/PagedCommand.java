package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A verb that lists page by page. */
abstract class PagedCommand extends ApiCommand {
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

    /**
     * A kind of list.
     *
     * @param none said where there is nothing
     * @param page the API's answer to one request
     */
    record Listing<P, T>(
            String none,
            Class<P> page,
            Function<P, List<T>> items,
            Function<P, @Nullable String> nextCursor,
            List<String> titles,
            BiConsumer<ConsoleTable, T> row) {}

    PagedCommand(Invocation invocation) {
        super(invocation);
    }

    /** The path of the list, with filters as the user gave them; refuses those that do not go together. */
    abstract Query filters();

    abstract Listing<?, ?> listing();

    @Override
    final ApiAnswer ask(ApiClient client) throws InterruptedException {
        return read(client, limit, cursor);
    }

    @Override
    final void show(ApiClient client, ApiAnswer first) throws InterruptedException {
        show(client, first, listing());
    }

    /** Shows as many items as wanted, from as many further pages as that takes, {@link #MAX_PAGES} at most in all. */
    private <P, T> void show(ApiClient client, ApiAnswer first, Listing<P, T> listing) throws InterruptedException {
        P page = first.as(listing.page());
        List<T> found = new ArrayList<>(listing.items().apply(page));
        String next = listing.nextCursor().apply(page);
        for (int pages = 1; next != null && found.size() < limit && pages < MAX_PAGES; pages++) {
            page = read(client, limit - found.size(), next).as(listing.page());
            found.addAll(listing.items().apply(page));
            next = listing.nextCursor().apply(page);
        }
        if (found.isEmpty()) {
            say(listing.none());
        } else {
            ConsoleTable table = new ConsoleTable(listing.titles().toArray());
            found.forEach(each -> listing.row().accept(table, each));
            invocation.print(table);
        }
        if (next != null) {
            say((found.size() < limit
                            ? "Not all was looked through; go on with --cursor "
                            : "There are more: --cursor ")
                    + next);
        }
    }

    private ApiAnswer read(ApiClient client, int most, String from) throws InterruptedException {
        return client.get(filters().with("limit", most).with("cursor", from).path());
    }
}
