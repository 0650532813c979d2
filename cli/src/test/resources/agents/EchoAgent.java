import io.agentorchestrator.sdk.AgentOptions;
import io.agentorchestrator.sdk.AgentServer;
import io.agentorchestrator.sdk.TaskFailure;
import io.agentorchestrator.sdk.TaskHandler;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import tools.jackson.databind.util.RawValue;

/** Gives back what it gets; a test runs it from its source, as an author's agent on the library. */
public final class EchoAgent {
    private static final int SLOTS = 50;

    private EchoAgent() {}

    public static void main(String[] arguments) throws Exception {
        SequencedMap<String, TaskHandler> handlers = new LinkedHashMap<>();
        handlers.put("echo", task -> task.payload());
        handlers.put(
                "echo-text", task -> new RawValue(task.payload().path("json").stringValue()));
        handlers.put("echo-error", task -> {
            throw TaskFailure.terminal(
                    task.payload().path("code").stringValue(),
                    task.payload().path("message").stringValue());
        });
        AgentServer agent = AgentServer.start(AgentOptions.local(URI.create(arguments[0]), SLOTS), handlers);
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close));
        Thread.currentThread().join();
    }
}
