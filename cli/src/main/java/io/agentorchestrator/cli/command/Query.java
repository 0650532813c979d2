package io.agentorchestrator.cli.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A path with its query parameters. Not thread-safe. */
final class Query {
    private final StringBuilder text;
    private boolean any;

    Query(String path) {
        this.text = new StringBuilder(path);
    }

    /** Adds a parameter, unless it is absent or empty. */
    Query with(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            text.append(any ? '&' : '?')
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            any = true;
        }
        return this;
    }

    /** The same, to be added to. */
    Query copy() {
        Query copy = new Query(text.toString());
        copy.any = any;
        return copy;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
