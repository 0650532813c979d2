package io.agentorchestrator.api.codec;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ProblemWriter;
import io.agentorchestrator.api.workflow.Workflows;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** Lets pages of Temporal's Web UI, and no others, call the codec from a browser. */
@Configuration(proxyBeanMethods = false)
class CodecCors {
    private static final Duration MAX_AGE = Duration.ofHours(1);
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "[::1]");

    @Bean
    FilterRegistrationBean<CorsFilter> codecCorsFilter(Workflows workflows, ProblemWriter problems) {
        CorsConfiguration cors = new CorsConfiguration();
        cors.setAllowedOrigins(origins(workflows.ui()));
        cors.setAllowedMethods(List.of(HttpMethod.POST.name()));
        cors.setAllowedHeaders(List.of(HttpHeaders.CONTENT_TYPE, "X-Namespace", HttpHeaders.AUTHORIZATION));
        cors.setMaxAge(MAX_AGE);
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        source.registerCorsConfiguration(CodecController.PATH + "/**", cors);
        CorsFilter filter = new CorsFilter(source);
        filter.setCorsProcessor(new Processor(problems));
        FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(filter);
        registration.addUrlPatterns(CodecController.PATH + "/*");
        return registration;
    }

    /** The UI's origin. One on this machine goes by several names, and browsers tell them apart. */
    static List<String> origins(URI ui) {
        String host = String.valueOf(ui.getHost()).toLowerCase(Locale.ROOT);
        Stream<String> hosts = LOOPBACK.contains(host) ? LOOPBACK.stream() : Stream.of(host);
        boolean standardPort =
                ui.getPort() < 0 || ui.getPort() == ("https".equalsIgnoreCase(ui.getScheme()) ? HTTPS : HTTP);
        String port = standardPort ? "" : ":" + ui.getPort();
        return hosts.map(name -> ui.getScheme() + "://" + name + port).toList();
    }

    /** Refuses by a problem, as everything here does. */
    private static final class Processor extends DefaultCorsProcessor {
        private final ProblemWriter problems;

        Processor(ProblemWriter problems) {
            this.problems = problems;
        }

        @Override
        protected void rejectRequest(ServerHttpResponse response) throws IOException {
            problems.write(
                    new ProblemException(
                            ProblemCode.ORIGIN_NOT_ALLOWED,
                            "only pages of Temporal's Web UI (orchestrator.temporal.ui-url) may call this, by POST"),
                    response);
        }
    }
}
