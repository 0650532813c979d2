package io.agentorchestrator.cli.loadtest.generate;

import io.agentorchestrator.cli.loadtest.generate.Acknowledgement.Accepted;
import io.agentorchestrator.cli.loadtest.generate.Acknowledgement.Refused;
import io.agentorchestrator.cli.loadtest.workload.Request;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.impl.bootstrap.HttpRequester;
import org.apache.hc.core5.http.impl.bootstrap.RequesterBootstrap;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over HTTP/1.1 on connections that are kept. Apache's blocking core on virtual threads: at 1,000 requests a
 * second it took half of the processor time that the JDK's client took (docs/load-test.md). Thread-safe.
 */
public final class Sender implements AutoCloseable {
    private static final Timeout CONNECT_LIMIT = Timeout.ofSeconds(5);
    private static final Timeout LIMIT = Timeout.ofSeconds(30);
    private static final TimeValue IDLE_LIMIT = TimeValue.ofSeconds(10);
    private static final int MAX_ANSWER_BYTES = 16 << 20;
    private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([A-Z0-9_]{1,60})\"");

    private final HttpHost host;
    private final HttpRequester http;

    /** @param connections at most this many at once */
    public Sender(String apiUrl, int connections) {
        this.host = HttpHost.create(URI.create(apiUrl));
        this.http = RequesterBootstrap.bootstrap()
                .setSocketConfig(SocketConfig.custom()
                        .setSoTimeout(LIMIT)
                        .setTcpNoDelay(true)
                        .build())
                .setMaxTotal(connections)
                .setDefaultMaxPerRoute(connections)
                .create();
    }

    /** Sends one request and waits for what comes of it. */
    Acknowledgement send(Request request, @Nullable String idempotencyKey) {
        ClassicHttpRequest post = new BasicClassicHttpRequest("POST", host, request.path());
        if (idempotencyKey != null) {
            post.setHeader("Idempotency-Key", idempotencyKey);
        }
        post.setEntity(new ByteArrayEntity(request.body(), ContentType.APPLICATION_JSON));
        try {
            return http.execute(host, post, CONNECT_LIMIT, HttpCoreContext.create(), Sender::read);
        } catch (ConnectException refused) {
            return new Refused("no connection", true);
        } catch (SocketTimeoutException late) {
            return new Refused(
                    "no answer within "
                            + Duration.ofMillis(LIMIT.toMilliseconds()).toSeconds() + " s",
                    true);
        } catch (NoHttpResponseException closed) {
            return new Refused("connection closed", true);
        } catch (IOException broken) {
            return new Refused("connection broken (" + broken.getClass().getSimpleName() + ")", true);
        } catch (HttpException unreadable) {
            return new Refused("no HTTP (" + unreadable.getClass().getSimpleName() + ")", false);
        }
    }

    private static Acknowledgement read(ClassicHttpResponse response) throws IOException {
        byte[] body = response.getEntity() == null
                ? new byte[0]
                : EntityUtils.toByteArray(response.getEntity(), MAX_ANSWER_BYTES);
        int status = response.getCode();
        if (status == 202) {
            return new Accepted(TaskIds.in(body));
        }
        Matcher code = CODE.matcher(new String(body, StandardCharsets.UTF_8));
        boolean passing = status == 429 || status == 502 || status == 503 || status == 504;
        return new Refused(code.find() ? status + " " + code.group(1) : Integer.toString(status), passing);
    }

    /** Closes what was idle for long, before the server does while a request is on its way. */
    void closeIdle() {
        http.closeIdle(IDLE_LIMIT);
    }

    @Override
    public void close() {
        http.close(CloseMode.GRACEFUL);
    }
}
