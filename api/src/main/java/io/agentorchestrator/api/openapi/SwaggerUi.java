package io.agentorchestrator.api.openapi;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.webjars.WebJarVersionLocator;

/** Serves the pages of the Swagger UI, which show the OpenAPI document. */
@Configuration(proxyBeanMethods = false)
class SwaggerUi implements WebMvcConfigurer {
    private static final String WEBJAR = "swagger-ui";

    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addRedirectViewController("/swagger-ui.html", "/swagger-ui/index.html");
    }

    /** Our own files come before those of the webjar. */
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/swagger-ui/**")
                .addResourceLocations(
                        "classpath:/swagger-ui/",
                        "classpath:/META-INF/resources/webjars/%s/%s/"
                                .formatted(WEBJAR, new WebJarVersionLocator().version(WEBJAR)));
    }
}
