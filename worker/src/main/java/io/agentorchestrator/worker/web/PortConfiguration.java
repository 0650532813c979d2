package io.agentorchestrator.worker.web;

import org.apache.catalina.core.StandardHost;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Has Tomcat answer as the API does: with headers for browsers on everything, and with problems. */
@Configuration(proxyBeanMethods = false)
class PortConfiguration {
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> answersOfThePort() {
        return factory -> {
            factory.addEngineValves(new BrowserHeaders());
            factory.addContextCustomizers(context -> {
                if (context.getParent() instanceof StandardHost host) {
                    host.setErrorReportValveClass(RefusalValve.class.getName());
                }
            });
        };
    }
}
