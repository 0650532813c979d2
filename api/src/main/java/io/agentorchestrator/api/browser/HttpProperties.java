package io.agentorchestrator.api.browser;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration of HTTP: the names by which clients reach this API.
 *
 * @param hostNames names by which they call it, beside localhost and addresses; in lower case, without ports
 */
@ConfigurationProperties(prefix = "orchestrator.http", ignoreUnknownFields = false)
record HttpProperties(@Nullable List<String> hostNames) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?");

    HttpProperties {
        hostNames = hostNames == null
                ? List.of()
                : hostNames.stream().map(HttpProperties::checked).toList();
    }

    private static String checked(String configured) {
        String name = configured.strip().toLowerCase(Locale.ROOT);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "orchestrator.http.host-names: '%s' is no host name; give names such as api.example.org, without scheme and port, with commas between"
                            .formatted(configured));
        }
        return name;
    }

    List<String> names() {
        return hostNames == null ? List.of() : hostNames;
    }
}
