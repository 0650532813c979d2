package io.agentorchestrator.api.body;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives back what answers held, once they have been written. */
@Configuration(proxyBeanMethods = false)
class BodyConfiguration implements WebMvcConfigurer {
    private final AnswerMemory answers;

    BodyConfiguration(AnswerMemory answers) {
        this.answers = answers;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(answers);
    }
}
