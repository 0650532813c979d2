package io.agentorchestrator.api.browser;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts headers on every answer, also on those that Tomcat gives by itself, that keep browsers from making more of it than it is. */
@Configuration(proxyBeanMethods = false)
class SecurityHeaders {
    private static final String PAGES = "/swagger-ui";
    private static final String NOTHING_ELSE = "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** An answer that is no page needs nothing. */
    static final String POLICY_OF_ANSWERS = "default-src 'none'" + NOTHING_ELSE;

    /** The Swagger UI's scripts are files of its own; it sets styles from them. */
    static final String POLICY_OF_PAGES =
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'"
                    + NOTHING_ELSE;

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> securityHeadersOnEveryAnswer() {
        return factory -> factory.addEngineValves(new HeaderValve());
    }

    private static final class HeaderValve extends ValveBase {
        HeaderValve() {
            super(true);
        }

        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            String path = request.getDecodedRequestURI();
            boolean isPage = path != null && path.startsWith(PAGES);
            response.setHeader("Content-Security-Policy", isPage ? POLICY_OF_PAGES : POLICY_OF_ANSWERS);
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("X-Frame-Options", "DENY");
            response.setHeader("Referrer-Policy", "no-referrer");
            response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
            response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
            getNext().invoke(request, response);
        }
    }
}
