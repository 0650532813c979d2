package io.agentorchestrator.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.caller.TakesIdempotencyKey;
import io.agentorchestrator.api.caller.TakesParameters;
import io.agentorchestrator.api.testkit.Contract;
import io.agentorchestrator.api.testkit.TestApi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Compares the endpoints, as Spring knows them, with the OpenAPI document. */
class EndpointsIT {
    private static final String API = "/v1/";
    private static final Pattern VARIABLE = Pattern.compile("[{]([a-z_]+)[}]");

    /** Names of YAML from before it was registered; taken, and not advertised. */
    private static final Set<String> OLD_YAML = Set.of("application/x-yaml", "text/yaml", "text/x-yaml");

    private record Endpoint(RequestMappingInfo info, HandlerMethod handler) {}

    @Test
    void theDocumentHasEveryEndpointAndNoOther() {
        assertThat(endpoints().keySet())
                .isEqualTo(Contract.all().stream().map(EndpointsIT::name).collect(Collectors.toSet()));
    }

    @Test
    void endpointsTakeTheParametersOfTheDocument() {
        Map<String, Endpoint> endpoints = endpoints();
        for (Contract.Operation operation : Contract.all()) {
            HandlerMethod handler = endpoints.get(name(operation)).handler;
            TakesParameters taken = handler.getMethodAnnotation(TakesParameters.class);
            assertThat(described(operation, "query"))
                    .as(name(operation))
                    .isEqualTo(taken == null ? Set.of() : new HashSet<>(Arrays.asList(taken.value())));
            assertThat(described(operation, "path"))
                    .as(name(operation))
                    .isEqualTo(VARIABLE.matcher(operation.path())
                            .results()
                            .map((MatchResult variable) -> variable.group(1))
                            .collect(Collectors.toSet()));
            if (described(operation, "header").contains("Idempotency-Key")) {
                assertThat(handler.hasMethodAnnotation(TakesIdempotencyKey.class))
                        .as(name(operation))
                        .isTrue();
            }
        }
    }

    @Test
    void endpointsTakeAndMakeTheMediaTypesOfTheDocument() {
        Map<String, Endpoint> endpoints = endpoints();
        for (Contract.Operation operation : Contract.all()) {
            RequestMappingInfo info = endpoints.get(name(operation)).info;
            Set<String> taken = types(info.getConsumesCondition().getConsumableMediaTypes());
            taken.removeAll(OLD_YAML);
            if (!taken.isEmpty()) {
                assertThat(new HashSet<>(
                                operation.spec().at("/requestBody/content").propertyNames()))
                        .as(name(operation))
                        .isEqualTo(taken);
            }
            Set<String> made = types(info.getProducesCondition().getProducibleMediaTypes());
            operation.spec().path("responses").properties().forEach(response -> {
                if (response.getKey().startsWith("2") && response.getValue().has("content")) {
                    assertThat(new HashSet<>(response.getValue().path("content").propertyNames()))
                            .as(name(operation))
                            .isEqualTo(made);
                }
            });
        }
    }

    private static String name(Contract.Operation operation) {
        return operation.method() + " " + operation.path();
    }

    private static Set<String> described(Contract.Operation operation, String place) {
        return operation
                .spec()
                .path("parameters")
                .valueStream()
                .map(Contract::resolve)
                .filter(parameter -> parameter.path("in").asString().equals(place))
                .map(parameter -> parameter.path("name").asString())
                .collect(Collectors.toSet());
    }

    private static Set<String> types(Set<MediaType> types) {
        return types.stream().map(MediaType::toString).collect(Collectors.toCollection(HashSet::new));
    }

    private static Map<String, Endpoint> endpoints() {
        Map<String, Endpoint> endpoints = new TreeMap<>();
        TestApi.shared()
                .bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach((info, handler) -> {
                    List<String> paths = new ArrayList<>(info.getPatternValues());
                    assertThat(paths).hasSize(1);
                    if (paths.getFirst().startsWith(API)) {
                        for (RequestMethod method : info.getMethodsCondition().getMethods()) {
                            endpoints.put(method + " " + paths.getFirst(), new Endpoint(info, handler));
                        }
                    }
                });
        return endpoints;
    }
}
