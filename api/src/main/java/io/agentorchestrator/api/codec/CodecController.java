package io.agentorchestrator.api.codec;

import io.agentorchestrator.api.body.AnswerMemory;
import io.agentorchestrator.api.body.Body;
import io.agentorchestrator.api.body.BodyFormat;
import io.agentorchestrator.api.body.BodyReader;
import io.agentorchestrator.api.body.JsonDocument;
import io.agentorchestrator.api.body.MemoryShare;
import io.agentorchestrator.api.browser.CrossOriginPaths;
import io.agentorchestrator.api.problem.ProblemCode;
import io.agentorchestrator.api.problem.ProblemException;
import io.agentorchestrator.workflows.run.RunPayloadCodec;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Makes compressed payloads readable for Temporal's Web UI and command line. It reads nothing but what it is sent.
 *
 * @see <a href="https://docs.temporal.io/codec-server">Temporal's codec servers</a>
 */
@RestController
@RequestMapping(path = CodecController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class CodecController {
    static final String PATH = CrossOriginPaths.TEMPORAL_CODEC;

    /** Of a request: a page of the largest payloads that Temporal takes, in base64. */
    static final int MAX_BODY_BYTES = 8 * 1024 * 1024;

    /** A small request can have a large answer, so that few are made at once. */
    private static final int MAX_CONCURRENT = 4;

    private static final Duration MAX_WAIT = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final BodyReader bodies;
    private final AnswerMemory answers;
    private final RunPayloadCodec codec = new RunPayloadCodec();
    private final Semaphore permits = new Semaphore(MAX_CONCURRENT, true);

    CodecController(BodyReader bodies, AnswerMemory answers) {
        this.bodies = bodies;
        this.answers = answers;
    }

    @PostMapping(path = "/decode", consumes = MediaType.APPLICATION_JSON_VALUE)
    byte[] decode(HttpServletRequest request) {
        return convert(request, codec::decode);
    }

    @PostMapping(path = "/encode", consumes = MediaType.APPLICATION_JSON_VALUE)
    byte[] encode(HttpServletRequest request) {
        return convert(request, (payload, _) -> codec.encode(List.of(payload)).getFirst());
    }

    /** Converts a request's payloads; they inflate into the memory that the bodies of all requests share. */
    private byte[] convert(HttpServletRequest request, PayloadsDocument.Conversion conversion) {
        acquire();
        try (Body body = bodies.read(request, BodyFormat.JSON, MAX_BODY_BYTES);
                MemoryShare memory = bodies.share()) {
            byte[] answer = JsonDocument.write(new PayloadsDocument(conversion, memory).convert(body.tree()))
                    .getBytes(StandardCharsets.UTF_8);
            answers.hold(request, answer.length);
            return answer;
        } finally {
            permits.release();
        }
    }

    private void acquire() {
        try {
            if (permits.tryAcquire(MAX_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new ProblemException(
                ProblemCode.OVERLOADED, "too many payloads are being converted; try again shortly", RETRY_AFTER);
    }
}
