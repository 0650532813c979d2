package io.agentorchestrator.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.api.testkit.Answer;
import io.agentorchestrator.api.testkit.TestApi;
import io.agentorchestrator.workflows.run.RunDataConverter;
import io.temporal.api.common.v1.Payload;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CodecIT {
    private static final TestApi API = TestApi.shared();
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void aCompressedPayloadOfARunBecomesReadable() {
        List<Integer> numbers = Collections.nCopies(5_000, 12_345);
        Payload stored = RunDataConverter.create().toPayload(numbers).orElseThrow();
        assertThat(stored.getMetadataOrThrow("encoding").toStringUtf8()).isEqualTo("binary/deflate");

        JsonNode decoded = post("/decode", payloads(stored)).isOk(200).json().at("/payloads/0");

        assertThat(text(decoded.at("/metadata/encoding"))).isEqualTo("json/plain");
        assertThat(text(decoded.path("data"))).isEqualTo(JSON.writeValueAsString(numbers));
    }

    @Test
    void whatIsEncodedDecodesToTheSame() {
        String document = "{\"payloads\":[%s,%s]}"
                .formatted(payload("json/plain", "x".repeat(5_000)), payload("json/plain", "1"));

        JsonNode encoded = post("/encode", document).isOk(200).json();
        assertThat(text(encoded.at("/payloads/0/metadata/encoding"))).isEqualTo("binary/deflate");
        assertThat(encoded.at("/payloads/0/data").asString().length()).isLessThan(500);
        assertThat(text(encoded.at("/payloads/1/metadata/encoding"))).isEqualTo("json/plain");
        assertThat(post("/decode", encoded.toString()).isOk(200).json()).isEqualTo(JSON.readTree(document));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"payloads\":[]}",
                "{\"payloads\":[{}]}",
                "{\"payloads\":[{\"metadata\":{\"encoding\":\"YmluYXJ5L251bGw=\"}}]}",
                "{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg\"},\"data\":\"-_8\",\"other\":[1]}]}",
                "{\"payloads\":[{\"metadata\":null,\"data\":null}]}",
            })
    void whatIsNotOursComesBackAsItCame(String document) {
        assertThat(post("/decode", document).isOk(200).json()).isEqualTo(JSON.readTree(document));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | MALFORMED_JSON | ''",
                "[] | INVALID_TYPE | ''",
                "{} | MISSING_FIELD | /payloads",
                "{'payloads':{}} | INVALID_TYPE | /payloads",
                "{'payloads':[5]} | INVALID_TYPE | /payloads/0",
                "{'payloads':[{},{'data':5}]} | INVALID_TYPE | /payloads/1/data",
                "{'payloads':[{'data':'%%%'}]} | MALFORMED_PAYLOAD | /payloads/0/data",
                "{'payloads':[{'metadata':[]}]} | INVALID_TYPE | /payloads/0/metadata",
                "{'payloads':[{'metadata':{'encoding':'!'}}]} | MALFORMED_PAYLOAD | /payloads/0/metadata/encoding",
                "{'payloads':[{'metadata':{'encoding':'YmluYXJ5L2RlZmxhdGU='},'data':'AAAA'}]} | MALFORMED_PAYLOAD | /payloads/0",
                "{'payloads':[{'metadata':{'encoding':'YmluYXJ5L2RlZmxhdGU='}}]} | MALFORMED_PAYLOAD | /payloads/0",
            })
    void whatIsMalformedIsPointedAt(String body, String code, String pointer) {
        post("/decode", body.replace('\'', '"')).isProblem(400, code).at(pointer.equals("''") ? "" : pointer);
    }

    @Test
    void neitherARequestNorItsAnswerIsWithoutBounds() {
        post("/decode", " ".repeat(CodecController.MAX_BODY_BYTES + 1)).isProblem(413, "REQUEST_TOO_LARGE");

        String large = payload("json/plain", "x".repeat(5_000_000));
        String small = post("/encode", "{\"payloads\":[" + large + "]}")
                .isOk(200)
                .json()
                .at("/payloads/0")
                .toString();
        post("/decode", "{\"payloads\":[" + String.join(",", Collections.nCopies(7, small)) + "]}")
                .isProblem(413, "PAYLOAD_TOO_LARGE")
                .at("/payloads/6");
    }

    @Test
    void otherMethodsAndMediaTypesAreRefused() {
        API.get("/temporal-codec/decode").isProblem(405, "METHOD_NOT_ALLOWED");
        API.send("POST", "/temporal-codec/decode", BodyPublishers.ofString("{}"), "Content-Type", "text/plain")
                .isProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        API.post("/temporal-codec/nothing", "{}").isProblem(404, "NOT_FOUND");
    }

    @Test
    void pagesOfTheWebUiMayCallItAndOthersMayNot() throws IOException {
        Map<String, String> preflight =
                preflight("http://temporal.test", "content-type,x-namespace,authorization", 200);
        assertThat(preflight.get("access-control-allow-origin")).isEqualTo("http://temporal.test");
        assertThat(preflight.get("access-control-allow-methods")).contains("POST");
        assertThat(preflight.get("access-control-allow-headers"))
                .containsIgnoringCase("content-type")
                .containsIgnoringCase("x-namespace")
                .containsIgnoringCase("authorization");

        assertThat(preflight("http://evil.test", "content-type", 403)).doesNotContainKey("access-control-allow-origin");
        preflight("http://temporal.test:81", "content-type", 403);
        preflight("http://temporal.test", "x-other", 403);
        assertThat(exchange("POST", "Origin: http://temporal.test", 200).get("access-control-allow-origin"))
                .isEqualTo("http://temporal.test");
        assertThat(exchange("POST", "Origin: http://evil.test", 403).get("content-type"))
                .startsWith("application/problem+json");
        exchange("POST", "X-Namespace: default", 200);
    }

    private static Map<String, String> preflight(String origin, String headers, int status) throws IOException {
        return exchange(
                "OPTIONS",
                "Origin: %s\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: %s"
                        .formatted(origin, headers),
                status);
    }

    /** Over a bare socket: Java's client does not let Origin be set. */
    private static Map<String, String> exchange(String method, String headers, int status) throws IOException {
        URI uri = URI.create(API.url());
        String body = method.equals("POST") ? "{\"payloads\":[]}" : "";
        String request = "%s /temporal-codec/decode HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n%s\r\n"
                        .formatted(method, uri.getHost(), uri.getPort(), headers)
                + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 " + status);
            Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            List<String> lines = new ArrayList<>(
                    answer.lines().takeWhile(line -> !line.isEmpty()).toList());
            lines.removeFirst();
            lines.forEach(
                    line -> found.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2)));
            return found;
        }
    }

    private static Answer post(String path, String json) {
        return API.post("/temporal-codec" + path, json, "X-Namespace", "default");
    }

    private static String payloads(Payload payload) {
        return "{\"payloads\":[{\"metadata\":{\"encoding\":\"%s\"},\"data\":\"%s\"}]}"
                .formatted(
                        base64(payload.getMetadataOrThrow("encoding").toByteArray()),
                        base64(payload.getData().toByteArray()));
    }

    private static String payload(String encoding, String data) {
        return "{\"metadata\":{\"encoding\":\"%s\"},\"data\":\"%s\"}"
                .formatted(
                        base64(encoding.getBytes(StandardCharsets.UTF_8)),
                        base64(data.getBytes(StandardCharsets.UTF_8)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String text(JsonNode base64) {
        return new String(Base64.getDecoder().decode(base64.asString()), StandardCharsets.UTF_8);
    }
}
