package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class BodyReaderTest {
    private static final int MAX_BYTES = 1024 * 1024;

    @Test
    void bodiesTogetherTakeNoMoreThanTheirShareAndGiveItBack() {
        BodyReader reader = new BodyReader(640 * 1024);
        String large = "\"" + "x".repeat(400 * 1024) + "\"";
        try (Body first = reader.read(request(large), BodyFormat.JSON, MAX_BYTES)) {
            assertThat(first.tree().isString()).isTrue();
            assertThatThrownBy(() -> reader.read(request(large), BodyFormat.JSON, MAX_BYTES))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.OVERLOADED));
            reader.read(request("1"), BodyFormat.JSON, MAX_BYTES).close();
        }
        reader.read(request(large), BodyFormat.JSON, MAX_BYTES).close();
    }

    @Test
    void aBodyThatIsRefusedGivesItsShareBack() {
        BodyReader reader = new BodyReader(640 * 1024);
        for (int n = 0; n < 100; n++) {
            assertThatThrownBy(() -> reader.read(request("[" + " ".repeat(200_000)), BodyFormat.JSON, MAX_BYTES))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.MALFORMED_JSON));
        }
    }

    private static MockHttpServletRequest request(String body) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setContent(body.getBytes(StandardCharsets.UTF_8));
        return request;
    }
}
