package io.agentorchestrator.cli.server;

import io.agentorchestrator.cli.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Temporal's development server on a file, with its Web UI, tuned: its default limits throttle long before the processor
 * does.
 *
 * @param codecUrl where the Web UI has payloads made readable
 */
public record TemporalServer(
        TemporalLadder ladder, Path data, int port, int uiPort, String namespace, String codecUrl) {
    /** Search attributes by which runs are found in the Web UI. They reach a new data file only; to an older one, the worker adds them. */
    private static final List<String> SEARCH_ATTRIBUTES =
            List.of("OrchestratorTenant=Keyword", "OrchestratorDagName=Keyword", "OrchestratorStatus=Keyword");

    private static final List<String> TUNING = List.of(
            "frontend.rps=100000",
            "frontend.namespaceRPS=100000",
            "frontend.namespaceCount=20000",
            "history.rps=200000",
            "matching.rps=200000",
            "frontend.persistenceMaxQPS=100000",
            "history.persistenceMaxQPS=500000",
            "matching.persistenceMaxQPS=100000",
            "history.transferProcessorMaxPollRPS=500",
            "history.transferTaskBatchSize=1000",
            "history.timerProcessorMaxPollRPS=200",
            "history.timerTaskBatchSize=1000",
            // What a list shows of a run takes half of the server's time, once for its start and once for its end. A
            // start is left
            // out if the run has ended by the time its turn comes: so lists may be a second late, and runs go before
            // them.
            "history.visibilityProcessorMaxPollRPS=1",
            "history.visibilityProcessorSchedulerWorkerCount=2",
            "history.visibilityTaskBatchSize=1000",
            "history.queuePendingTaskCriticalCount=90000",
            "history.queuePendingTasksMaxCount=100000",
            "history.hostLevelCacheMaxSize=64000",
            "system.forceSearchAttributesCacheRefreshOnRead=false",
            "matching.numTaskqueueReadPartitions=1",
            "matching.numTaskqueueWritePartitions=1",
            "matching.enableFairness=true",
            "worker.taskQueueScannerEnabled=false",
            "worker.historyScannerEnabled=false",
            "worker.executionsScannerEnabled=false");

    /** Finds the program, fetching it where needed, and says how to run it. */
    public Program prepare(Consumer<String> progress) throws IOException, InterruptedException {
        Files.createDirectories(data);
        TemporalProgram program = ladder.find(progress);
        List<String> command = new ArrayList<>(List.of(
                program.path().toString(),
                "server",
                "start-dev",
                "--db-filename",
                data.resolve("temporal.db").toString(),
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--ui-port",
                Integer.toString(uiPort),
                "--namespace",
                namespace,
                "--ui-codec-endpoint",
                codecUrl,
                "--log-level",
                "warn",
                "--sqlite-pragma",
                "journal_mode=WAL",
                "--sqlite-pragma",
                "synchronous=NORMAL"));
        for (String attribute : SEARCH_ATTRIBUTES) {
            command.add("--search-attribute");
            command.add(attribute);
        }
        for (String setting : TUNING) {
            command.add("--dynamic-config-value");
            command.add(setting);
        }
        return new Program(command, environment(data), data).givingWay();
    }

    /**
     * The server wants to know its user's name; user ids of containers often have none. Its garbage collector took an eighth of its processor
     * time under load: it may let the heap grow to five times what lives.
     */
    private static Map<String, String> environment(Path data) {
        Map<String, String> environment = new HashMap<>();
        environment.put("GOGC", System.getenv().getOrDefault("GOGC", "400"));
        environment.put("GOMEMLIMIT", System.getenv().getOrDefault("GOMEMLIMIT", "2GiB"));
        environment.put("USER", System.getenv().getOrDefault("USER", "orchestrator"));
        environment.put("HOME", System.getenv().getOrDefault("HOME", data.toString()));
        return environment;
    }

    /** Answers with 200 once the frontend serves the namespace; the Web UI asks it. */
    public String readinessUrl() {
        return "http://127.0.0.1:" + uiPort + "/api/v1/namespaces/" + namespace;
    }
}
