package io.agentorchestrator.agents;

import io.agentorchestrator.sdk.AgentOptions;
import io.agentorchestrator.sdk.AgentServer;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;

/** The life of an agent process: it serves until SIGTERM or SIGINT, drains, and exits 0. */
final class AgentProcess {
    private AgentProcess() {}

    /** Does not return: the process ends in the shutdown hook, after the drain. */
    static int serve(AgentOptions options, SequencedMap<String, TaskHandler> handlers)
            throws IOException, InterruptedException {
        AgentServer server = AgentServer.start(options, handlers);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("drain").unstarted(() -> {
            server.close();
            // A JVM that a signal ends would exit 143; this one has done all it had to.
            Runtime.getRuntime().halt(0);
        }));
        new CountDownLatch(1).await();
        return 0;
    }
}
