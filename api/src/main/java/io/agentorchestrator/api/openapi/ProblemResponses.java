package io.agentorchestrator.api.openapi;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;

/** Describes the problems that an operation may answer: what follows from its kind, and those conflicts that are written down. */
final class ProblemResponses {
    private ProblemResponses() {}

    static void add(String path, PathItem.HttpMethod method, Operation operation) {
        ApiResponses responses = operation.getResponses();
        responses.forEach((status, response) -> {
            if (status.startsWith("4")) {
                response.setContent(problem());
            }
        });
        put(responses, "400", "The request is malformed, or has what is not known here.");
        if (operation.getSecurity() != null) {
            ApiResponse unproven = put(responses, "401", "A credential is needed.");
            unproven.addHeaderObject("WWW-Authenticate", header("The scheme."));
        }
        put(
                responses,
                "403",
                "The Host header is no name of this API"
                        + (method == PathItem.HttpMethod.GET
                                ? "."
                                : ", or a browser sent it for a page of another site."));
        if (path.contains("{")) {
            put(responses, "404", "There is no such thing.");
        }
        put(responses, "406", "The answer is not available in any format that is accepted.");
        if (operation.getRequestBody() != null) {
            put(responses, "413", "The body, or something in it, is too large.");
            put(responses, "415", "The body's media type, charset or content coding is not supported.");
            put(responses, "422", "The request is understood, but something in it is not valid.");
        }
        put(responses, "500", "Something went wrong on our side; our log has it under the error_id.");
        ApiResponse outage = put(
                responses, "503", "Too much is under way, or the store is away; the code and the detail say which.");
        outage.addHeaderObject("Retry-After", header("Seconds after which another try makes sense."));
    }

    private static ApiResponse put(ApiResponses responses, String status, String description) {
        ApiResponse response = new ApiResponse().description(description).content(problem());
        responses.addApiResponse(status, response);
        return response;
    }

    private static Header header(String description) {
        return new Header().description(description).schema(new StringSchema());
    }

    private static Content problem() {
        Schema<?> schema = new Schema<>().$ref("#/components/schemas/Problem");
        return new Content().addMediaType("application/problem+json", new MediaType().schema(schema));
    }
}
