package io.agentorchestrator.cli.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A path with its query parameters. */
record Query(String path) {
    /** The path of what a collection has by this name, whatever characters that has. */
    static String named(String collection, String name) {
        return collection + "/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The same with another parameter, unless that is empty. */
    Query with(String name, Object value) {
        String encoded = URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
        return encoded.isEmpty() ? this : new Query(path + (path.contains("?") ? "&" : "?") + name + "=" + encoded);
    }

    /** The same with other parameters, too. */
    Query with(Map<String, ?> parameters) {
        Query query = this;
        for (Map.Entry<String, ?> each : parameters.entrySet()) {
            query = query.with(each.getKey(), each.getValue());
        }
        return query;
    }
}
