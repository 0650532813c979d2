import com.google.protobuf.ByteString;
import io.agentorchestrator.protocol.v1.Accepted;
import io.agentorchestrator.protocol.v1.AgentGrpc;
import io.agentorchestrator.protocol.v1.Error;
import io.agentorchestrator.protocol.v1.FromAgent;
import io.agentorchestrator.protocol.v1.Hello;
import io.agentorchestrator.protocol.v1.Load;
import io.agentorchestrator.protocol.v1.Result;
import io.agentorchestrator.protocol.v1.TaskRef;
import io.agentorchestrator.protocol.v1.ToAgent;
import io.agentorchestrator.protocol.v1.Welcome;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/**
 * An agent of the type {@code kept} whose tasks survive its own death: whatever task it is asked for, it has it. Its tasks run until the file
 * {@code finish} appears in its directory, where it also notes which tasks were started ({@code started}) and keeps its credential. It speaks the
 * protocol itself, since no agent on the library can know tasks of a process before it. A test runs it from its source.
 */
public final class KeptAgent extends AgentGrpc.AgentImplBase {
    private static final String ID = "kept";
    private static final int SLOTS = 20;
    private static final long ROUND_MILLIS = 100;
    private static final int ROUNDS_PER_HEARTBEAT = 20;
    private static final ByteString NOTHING = ByteString.copyFromUtf8("{}");

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI registry;
    private final Path started;
    private final Path finish;
    private final Path credentialFile;
    private final Map<TaskRef, StreamObserver<FromAgent>> held = new LinkedHashMap<>();
    private String credential;

    private KeptAgent(URI orchestrator, Path directory) throws IOException {
        registry = orchestrator.resolve("/v1/agents");
        Files.createDirectories(directory);
        started = directory.resolve("started");
        finish = directory.resolve("finish");
        credentialFile = directory.resolve("credential");
        credential = Files.exists(credentialFile) ? Files.readString(credentialFile) : "";
    }

    public static void main(String[] arguments) throws Exception {
        KeptAgent agent = new KeptAgent(URI.create(arguments[0]), Path.of(arguments[1]));
        Server server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(agent)
                .addService(new HealthStatusManager().getHealthService())
                .build()
                .start();
        boolean registered = false;
        for (int round = 0; true; round++) {
            if (!registered || round % ROUNDS_PER_HEARTBEAT == 0) {
                registered = registered ? agent.heartbeat() : agent.register(server.getPort());
            }
            agent.finishIfAsked();
            Thread.sleep(ROUND_MILLIS);
        }
    }

    private boolean register(int port) throws Exception {
        HttpResponse<String> answer = send(
                "POST",
                "",
                """
                {"agent_id":"%s","agent_types":["%s"],"address":"127.0.0.1:%d","max_concurrent_tasks":%d}"""
                        .formatted(ID, ID, port, SLOTS));
        if (answer == null || answer.statusCode() / 100 != 2) {
            return false;
        }
        synchronized (this) {
            credential = new JsonMapper().readTree(answer.body()).path("credential").stringValue();
        }
        Files.writeString(credentialFile, credential);
        return true;
    }

    /** Tells whether the registry knows this agent. */
    private boolean heartbeat() throws Exception {
        int active;
        synchronized (this) {
            active = held.size();
        }
        HttpResponse<String> answer =
                send("PUT", "/" + ID + "/heartbeat", "{\"state\":\"READY\",\"active_tasks\":%d}".formatted(active));
        return answer == null || answer.statusCode() == 200;
    }

    /** Null: the API does not answer. */
    private HttpResponse<String> send(String method, String path, String body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(registry + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!credential.isEmpty()) {
            request.header("Authorization", "Bearer " + credential);
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 400) {
                System.out.println(method + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer;
        } catch (IOException away) {
            return null;
        }
    }

    @Override
    public StreamObserver<ToAgent> work(StreamObserver<FromAgent> out) {
        return new StreamObserver<>() {
            @Override
            public void onNext(ToAgent message) {
                heard(message, out);
            }

            @Override
            public void onError(Throwable gone) {
                // Whoever comes next asks for what it had.
            }

            @Override
            public void onCompleted() {
                out.onCompleted();
            }
        };
    }

    private synchronized void heard(ToAgent message, StreamObserver<FromAgent> out) {
        switch (message.getMessageCase()) {
            case HELLO -> out.onNext(welcome(message.getHello()));
            case START -> {
                note(message.getStart().getRef());
                hold(message.getStart().getRef(), out);
            }
            case ATTACH -> message.getAttach().getRefsList().forEach(ref -> hold(ref, out));
            case CANCEL -> {
                TaskRef ref = message.getCancel().getRef();
                held.remove(ref);
                out.onNext(FromAgent.newBuilder()
                        .setError(Error.newBuilder()
                                .setRef(ref)
                                .setCode("CANCELLED")
                                .setMessage(message.getCancel().getReason()))
                        .build());
            }
            case RENEW ->
                out.onNext(FromAgent.newBuilder()
                        .setLoad(Load.newBuilder().setMaxConcurrentTasks(SLOTS).setActiveTasks(held.size()))
                        .build());
            default -> {}
        }
    }

    private void hold(TaskRef ref, StreamObserver<FromAgent> out) {
        held.put(ref, out);
        out.onNext(FromAgent.newBuilder()
                .setAccepted(Accepted.newBuilder().setRef(ref))
                .build());
    }

    private void note(TaskRef ref) {
        try {
            Files.writeString(
                    started, ref.getTaskId() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private synchronized void finishIfAsked() {
        if (!Files.exists(finish)) {
            return;
        }
        held.forEach((ref, out) -> {
            try {
                out.onNext(FromAgent.newBuilder()
                        .setResult(Result.newBuilder().setRef(ref).setResult(NOTHING))
                        .build());
            } catch (RuntimeException broken) {
                System.out.println(ref + ": " + broken); // asked for again by whoever attaches
            }
        });
        held.clear();
    }

    private FromAgent welcome(Hello hello) {
        String challenge = HexFormat.of().formatHex(hello.getChallenge().toByteArray());
        return FromAgent.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setProtocolVersion(1)
                        .setAgentId(ID)
                        .setProof(ByteString.copyFrom(hmac("agent|" + ID + "|" + challenge)))
                        .setMaxConcurrentTasks(SLOTS)
                        .setActiveTasks(held.size()))
                .build();
    }

    private byte[] hmac(String text) {
        try {
            byte[] key = MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
