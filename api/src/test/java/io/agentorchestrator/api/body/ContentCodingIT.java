package io.agentorchestrator.api.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are coded on their way, over HTTP. */
class ContentCodingIT {
    private static final TestApi API = TestApi.shared();
    private static final String TASK = "{\"task_type\":\"coded\",\"payload\":{\"text\":\"ü\"}}";

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "identity, gzip"})
    void gzipIsUnderstood(String coding) {
        Answer accepted = post("/v1/tasks", coding, gzip(utf8(TASK))).isOk(202);
        assertThat(API.get(accepted.header("Location"))
                        .isOk(200)
                        .json()
                        .at("/payload/text")
                        .asString())
                .isEqualTo("ü");
        post("/v1/tasks/" + UUID.randomUUID() + "/cancel", coding, gzip(utf8("{\"reason\":\"r\"}")))
                .isProblem(404, "TASK_NOT_FOUND");
    }

    @Test
    void membersOfGzipAreOneBody() {
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        members.writeBytes(gzip(utf8(TASK.substring(0, 10))));
        members.writeBytes(gzip(utf8(TASK.substring(10))));
        post("/v1/tasks", "gzip", members.toByteArray()).isOk(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", ""})
    void noCodingIsOneToo(String coding) {
        post("/v1/tasks", coding, utf8(TASK)).isOk(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "nobody"})
    void anotherCodingIsUnsupported(String coding) {
        String cancel = "/v1/tasks/" + UUID.randomUUID() + "/cancel";
        for (String path : new String[] {"/v1/tasks", "/v1/dags", "/v1/agents", cancel}) {
            Answer refused = post(path, coding, utf8(TASK)).isProblem(415, "UNSUPPORTED_CONTENT_ENCODING");
            assertThat(refused.header("Accept-Encoding")).isEqualTo("gzip");
            refused.saying(coding);
        }
    }

    @Test
    void whatIsNotGzipIsRefusedAsThat() {
        byte[] whole = gzip(utf8(TASK));
        for (byte[] body : new byte[][] {
            utf8(TASK),
            Arrays.copyOf(whole, 20),
            utf8("x"),
            Arrays.copyOf(whole, whole.length + 3),
            followed(whole, 100_000)
        }) {
            Answer refused = post("/v1/tasks", "gzip", body).isProblem(400, "BAD_REQUEST");
            assertThat(refused.text()).contains("not gzip");
        }
    }

    @Test
    void aBodyIsNotLargerThanItsLimitOnceItIsInflated() {
        byte[] bomb = gzip(new byte[3 * 1024 * 1024]);
        assertThat(bomb.length).isLessThan(10_000);
        post("/v1/tasks", "gzip", bomb).isProblem(413, "REQUEST_TOO_LARGE");
        byte[] empty = gzip(new byte[0]);
        ByteArrayOutputStream nothing = new ByteArrayOutputStream();
        for (int n = 0; n < 4_000; n++) {
            nothing.writeBytes(empty);
        }
        post("/v1/agents", "gzip", nothing.toByteArray()).isProblem(413, "REQUEST_TOO_LARGE");
    }

    @Test
    void theSameRequestIsTheSameInGzip() {
        Answer first = API.post("/v1/tasks", TASK, "Idempotency-Key", "coded").isOk(202);
        Answer second = API.send(
                "POST",
                "/v1/tasks",
                BodyPublishers.ofByteArray(gzip(utf8(TASK))),
                "Content-Type",
                "application/json",
                "Content-Encoding",
                "gzip",
                "Idempotency-Key",
                "coded");
        assertThat(second.isOk(202).text()).isEqualTo(first.text());
    }

    private static Answer post(String path, String coding, byte[] body) {
        return API.send(
                "POST",
                path,
                BodyPublishers.ofByteArray(body),
                "Content-Type",
                "application/json",
                "Content-Encoding",
                coding);
    }

    private static byte[] followed(byte[] bytes, int more) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + more);
        Arrays.fill(all, bytes.length, all.length, (byte) 'x');
        return all;
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
