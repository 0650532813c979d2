package io.agentorchestrator.api.caller;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.api.problem.ValidationError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives controllers the {@link Caller}. Until there are credentials, the tenant is what the header says. */
@Component
@EnableConfigurationProperties(DeploymentProperties.class)
final class CallerResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {
    static final String TENANT_HEADER = "Orchestrator-Tenant";
    private static final String DEFAULT_TENANT = "default";
    private static final String NOBODY = "anonymous";

    private final DeploymentProperties deployment;

    CallerResolver(DeploymentProperties deployment) {
        this.deployment = deployment;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        TraceHeaders trace =
                TraceHeaders.ofHeaders(request.getHeaderValues("traceparent"), request.getHeaderValues("tracestate"));
        return new Caller(
                tenant(request.getHeader(TENANT_HEADER)),
                NOBODY,
                deployment.region(),
                trace.traceparent(),
                trace.tracestate());
    }

    private static String tenant(@Nullable String header) {
        if (header == null) {
            return DEFAULT_TENANT;
        }
        if (!Caller.isTenant(header)) {
            throw new ProblemException(
                    ValidationError.ofHeader(TENANT_HEADER, ProblemCode.INVALID_HEADER, Caller.TENANT_RULE));
        }
        return header;
    }
}
