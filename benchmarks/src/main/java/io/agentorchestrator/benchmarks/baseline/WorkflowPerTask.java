package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.store.fleet.FleetStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures what plain Temporal does with the agents of a running stack: a workflow for each task, with one activity that makes
 * the same call to the same agents. Prints one line of JSON; all else goes to standard error. See docs/benchmarks.md.
 */
@Command(
        name = "workflow-per-task",
        description =
                "Measures plain Temporal, a workflow with one activity a task, with the agents of a running stack.",
        mixinStandardHelpOptions = true)
public final class WorkflowPerTask implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowPerTask.class);
    private static final String PASSWORD = "ORCHESTRATOR_DATABASE_PASSWORD";
    private static final Duration REFRESH = Duration.ofSeconds(1);

    @Option(names = "--temporal", paramLabel = "HOST:PORT", description = "Default: ${DEFAULT-VALUE}.")
    private String temporal = "127.0.0.1:7233";

    @Option(names = "--namespace", description = "Default: ${DEFAULT-VALUE}.")
    private String namespace = "default";

    @Option(
            names = "--database-url",
            paramLabel = "JDBC-URL",
            description =
                    "Where agents are registered; the password is in " + PASSWORD + ". Default: ${DEFAULT-VALUE}.")
    private String databaseUrl = "jdbc:postgresql://127.0.0.1:54329/orchestrator";

    @Option(names = "--database-user", description = "Default: ${DEFAULT-VALUE}.")
    private String databaseUser = "orchestrator";

    @Option(names = "--types", split = ",", required = true, paramLabel = "TYPE", description = "In equal shares.")
    private List<String> types = List.of();

    @Option(names = "--duration", description = "That is measured. Default: ${DEFAULT-VALUE}.")
    private Duration duration = Duration.ofSeconds(20);

    @Option(names = "--warm-up", description = "Before that. Default: ${DEFAULT-VALUE}.")
    private Duration warmUp = Duration.ofSeconds(5);

    @Option(names = "--in-flight", description = "Tasks at any time. Default: ${DEFAULT-VALUE}.")
    private int inFlight = 200;

    @Option(names = "--payload-bytes", description = "Default: ${DEFAULT-VALUE}.")
    private int payloadBytes = 2_048;

    @Option(names = "--result-bytes", description = "Of padding in each result. Default: ${DEFAULT-VALUE}.")
    private int resultBytes = 1_024;

    @Option(names = "--median-ms", description = "Of the time that tasks take at the agent. Default: ${DEFAULT-VALUE}.")
    private double medianMillis = 50;

    @Option(names = "--seed", description = "Of the times that tasks take. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Mixin
    private final Tuning tuning = new Tuning();

    private WorkflowPerTask() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new WorkflowPerTask()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        AgentDirectory directory = directory();
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("fleet").factory());
        var _ = timer.scheduleWithFixedDelay(
                () -> refresh(directory), REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
        try (AgentConnections connections =
                        new AgentConnections(UUID.randomUUID().toString(), Clock.systemUTC());
                BaselineWorker worker = new BaselineWorker(
                        temporal,
                        namespace,
                        tuning,
                        new AgentCall(new LeastLoaded(() -> directory.agents().values()), connections))) {
            return measure(worker);
        } finally {
            timer.shutdownNow();
        }
    }

    private int measure(BaselineWorker worker) throws InterruptedException {
        ClosedLoop loop = new ClosedLoop(new TaskMix(types, payloadBytes, resultBytes, medianMillis, seed), worker);
        Summary summary = loop.run(inFlight, warmUp, duration);
        LOG.info(
                "{} workflows completed, warm-up included; {} starts and {} activities were eager",
                loop.completedInAll(),
                worker.closes().eagerStarts(),
                worker.closes().eagerActivities());
        long listed = worker.listedAsCompleted(loop.completedInAll());
        if (listed != loop.completedInAll()) {
            LOG.error("Temporal lists {} completed workflows, so the figures are wrong", listed);
            return CommandLine.ExitCode.SOFTWARE;
        }
        System.out.println(summary.toJson());
        return CommandLine.ExitCode.OK;
    }

    private static void refresh(AgentDirectory directory) {
        try {
            directory.refresh();
        } catch (DataAccessException away) {
            LOG.warn("the registry cannot be read for the moment: {}", away.toString());
        }
    }

    private AgentDirectory directory() {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(databaseUrl);
        database.setUser(databaseUser);
        database.setPassword(System.getenv(PASSWORD));
        AgentDirectory directory = new AgentDirectory(new FleetStore(database));
        directory.refresh();
        for (String type : types) {
            if (directory.agents().values().stream()
                    .noneMatch(agent -> agent.ready() && agent.agentTypes().contains(type))) {
                throw new IllegalStateException("no agent serves the type " + type);
            }
        }
        return directory;
    }
}
