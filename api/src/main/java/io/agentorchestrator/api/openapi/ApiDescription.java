package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.caller.Caller;
import io.agentorchestrator.api.problem.Problem;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Completes what springdoc finds out from the controllers by what it cannot: bodies and parameters are read by hand, so
 * {@code openapi.yaml} describes them, in the form of a partial OpenAPI document; and every operation may answer a problem.
 */
@Component
final class ApiDescription implements OpenApiCustomizer {
    private static final String WRITTEN = "/openapi.yaml";

    /** Of the schemas that are written down, those that are not of requests. */
    private static final Set<String> ANSWERS = Set.of("Event", "EventGap");

    static {
        SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
    }

    @Override
    public void customise(OpenAPI generated) {
        OpenAPI written = written();
        generated.setInfo(written.getInfo());
        generated.setTags(written.getTags());
        generated.setServers(written.getServers());
        generated.getComponents().getSchemas().values().forEach(AnswerFields::correct);
        written.getComponents().getSchemas().forEach(generated.getComponents()::addSchemas);
        written.getComponents().getParameters().forEach(generated.getComponents()::addParameters);
        written.getComponents().getSecuritySchemes().forEach(generated.getComponents()::addSecuritySchemes);
        ModelConverters.getInstance(true).readAll(Problem.class).forEach(generated.getComponents()::addSchemas);
        generated.getPaths().forEach((path, item) -> {
            PathItem byHand = written.getPaths().get(path);
            Map<PathItem.HttpMethod, Operation> completions = byHand == null ? Map.of() : byHand.readOperationsMap();
            item.readOperationsMap().forEach((method, operation) -> {
                complete(operation, completions.get(method));
                ProblemResponses.add(path, method, operation);
            });
        });
    }

    private static void complete(Operation operation, @Nullable Operation written) {
        if (written == null) {
            return;
        }
        if (written.getParameters() != null) {
            written.getParameters().forEach(operation::addParametersItem);
        }
        if (written.getRequestBody() != null) {
            operation.setRequestBody(written.getRequestBody());
        }
        if (written.getSecurity() != null) {
            operation.setSecurity(written.getSecurity());
        }
        if (written.getResponses() != null) {
            ApiResponse success = operation.getResponses().remove("200");
            written.getResponses().forEach((status, response) -> {
                if (success != null
                        && status.startsWith("2")
                        && response.getContent() == null
                        && !status.equals("204")) {
                    response.setContent(success.getContent());
                }
                operation.getResponses().addApiResponse(status, response);
            });
        }
    }

    @SuppressWarnings("unchecked")
    private static OpenAPI written() {
        try (InputStream in = Objects.requireNonNull(ApiDescription.class.getResourceAsStream(WRITTEN), WRITTEN)) {
            // The model's own reader does not know anchors.
            Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            Map<String, Object> components = (Map<String, Object>) tree.getOrDefault("components", Map.of());
            Map<String, Map<String, Object>> schemas =
                    (Map<String, Map<String, Object>>) components.getOrDefault("schemas", Map.of());
            schemas.replaceAll((name, schema) -> ANSWERS.contains(name) ? schema : OptionalFields.nullable(schema));
            return Json31.mapper().convertValue(tree, OpenAPI.class);
        } catch (IOException e) {
            throw new UncheckedIOException(WRITTEN, e);
        }
    }
}
