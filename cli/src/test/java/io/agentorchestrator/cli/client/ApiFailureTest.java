package io.agentorchestrator.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.cli.failure.CliFailure;
import org.junit.jupiter.api.Test;

class ApiFailureTest {
    @Test
    void problemsAreReadable() {
        String problem = """
                {"status": 422, "code": "INVALID_DAG", "detail": "The DAG is invalid.",
                 "errors": [{"pointer": "/tasks/0/depends_on/0", "message": "unknown dependency b"}]}
                """;

        assertThat(new ApiFailure(422, problem))
                .hasMessage("The API refused (422 INVALID_DAG): The DAG is invalid.\n"
                        + "  /tasks/0/depends_on/0: unknown dependency b");
    }

    @Test
    void manyFindingsAreCounted() {
        String findings = "{\"pointer\": \"/x\", \"message\": \"m\"},".repeat(60);
        String problem = "{\"code\": \"C\", \"detail\": \"d\", \"errors\": ["
                + findings.substring(0, findings.length() - 1) + "]}";

        assertThat(new ApiFailure(400, problem).getMessage()).endsWith("  … and 10 more");
    }

    @Test
    void otherAnswersAreQuoted() {
        assertThat(new ApiFailure(502, "<html>bad gateway</html>"))
                .hasMessage("The API answered 502: <html>bad gateway</html>")
                .matches(ApiFailure::passing);
        assertThat(new ApiFailure(404, "{}").passing()).isFalse();
    }

    @Test
    void anAddressThatIsNoUrlIsRefused() {
        assertThatThrownBy(() -> new ApiClient("localhost:8080"))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("http://127.0.0.1:8080");
    }
}
