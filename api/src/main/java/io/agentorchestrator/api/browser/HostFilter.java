package io.agentorchestrator.api.browser;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ProblemWriter;
import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.api.problem.ValidationError;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests to names that are not this API's. Whoever owns a name may point it at this machine once a browser has loaded their
 * page (DNS rebinding); to the browser we then are that page's own site, and only {@code Host} tells. Addresses pass, since no name
 * was asked for them, and so do probes and neighbours that know us by nothing else. The header counts as it was sent: what a proxy says in
 * {@code X-Forwarded-Host}, such a page can say, too.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
@EnableConfigurationProperties(HttpProperties.class)
final class HostFilter extends OncePerRequestFilter {
    /** Browsers write IPv4 addresses so, and IPv6 addresses in brackets. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[.*");

    private static final String LOCALHOST = "localhost";

    private final Set<String> names;
    private final ProblemWriter problems;

    HostFilter(HttpProperties properties, ProblemWriter problems) {
        this.names = Set.copyOf(properties.names());
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String host = request.getHeader(HttpHeaders.HOST);
        if (host == null || isOurs(host)) { // clients older than HTTP/1.1 send none; browsers are not
            chain.doFilter(request, response);
        } else {
            problems.write(
                    new ProblemException(ValidationError.ofHeader(
                            HttpHeaders.HOST,
                            ProblemCode.HOST_NOT_ALLOWED,
                            "Host '%s' is no name of this API; if it is to be, set orchestrator.http.host-names (ORCHESTRATOR_HTTP_HOST_NAMES), else call localhost or an address"
                                    .formatted(Shown.text(host)))),
                    new ServletServerHttpResponse(response));
        }
    }

    private boolean isOurs(String host) {
        int port = host.startsWith("[") ? -1 : host.indexOf(':');
        String name = (port < 0 ? host : host.substring(0, port)).toLowerCase(Locale.ROOT);
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        return name.equals(LOCALHOST)
                || names.contains(name)
                || ADDRESS.matcher(name).matches();
    }
}
