package io.agentorchestrator.api.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the application answered. */
public record Answer(int status, HttpHeaders headers, String text) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    public JsonNode json() {
        return JSON.readTree(text);
    }

    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    /** Checks that it is a well-formed problem of this status and code. */
    public Answer isProblem(int expectedStatus, String expectedCode) {
        assertThat(status).as(text).isEqualTo(expectedStatus);
        assertThat(header("Content-Type")).startsWith("application/problem+json");
        assertThat(json().path("code").asString("")).as(text).isEqualTo(expectedCode);
        assertThat(json().path("status").asInt()).isEqualTo(expectedStatus);
        assertThat(json().path("title").asString("")).isNotEmpty();
        assertThat(json().path("detail").asString("")).isNotEmpty();
        if (expectedStatus == 400 || expectedStatus == 422) {
            assertThat(json().at("/errors/0").has("pointer")).as(text).isTrue();
            assertThat(json().at("/errors/0/message").asString("")).as(text).isNotEmpty();
        }
        return this;
    }

    /** Checks that the first error of the problem points here. */
    public Answer at(String pointer) {
        assertThat(json().path("errors").path(0).path("pointer").asString("none"))
                .as(text)
                .isEqualTo(pointer);
        return this;
    }

    /** Checks that the first error of the problem says this. */
    public Answer saying(String words) {
        assertThat(json().path("errors").path(0).path("message").asString("")).contains(words);
        return this;
    }

    public Answer isOk(int expectedStatus) {
        assertThat(status).as(text).isEqualTo(expectedStatus);
        return this;
    }
}
