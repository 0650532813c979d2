package io.agentorchestrator.api.browser;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses what a page of another site would have a user's browser change. Browsers say where a request comes from by
 * {@code Sec-Fetch-Site}, older ones by {@code Origin} alone; other clients send neither. The rules are those of Go's {@code
 * http.CrossOriginProtection}.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata Request Headers</a>
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class CrossSiteFilter extends OncePerRequestFilter {
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final ProblemWriter problems;

    CrossSiteFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        // As it is routed: of /temporal-codec/..;/v1/tasks that is /v1/tasks.
        return request.getServletPath().startsWith(CrossOriginPaths.TEMPORAL_CODEC + "/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (CorsUtils.isPreFlightRequest(request)) {
            refuse(ProblemCode.ORIGIN_NOT_ALLOWED, "pages of other origins may not call this", response);
        } else if (!SAFE_METHODS.contains(request.getMethod()) && isCrossSite(request)) {
            refuse(
                    ProblemCode.CROSS_SITE_REQUEST,
                    "a browser sent this for a page of another site (by Sec-Fetch-Site or Origin), which may not change anything here",
                    response);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void refuse(ProblemCode code, String detail, HttpServletResponse response) throws IOException {
        problems.write(new ProblemException(code, detail), new ServletServerHttpResponse(response));
    }

    private static boolean isCrossSite(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !OWN_SITES.contains(site);
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin != null && !isOurs(origin, request.getHeader(HttpHeaders.HOST));
    }

    /** The scheme does not count: a proxy may have taken TLS off. */
    private static boolean isOurs(String origin, String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null
                    && host != null
                    && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
