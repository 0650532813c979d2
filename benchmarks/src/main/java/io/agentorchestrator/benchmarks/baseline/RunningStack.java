package io.agentorchestrator.benchmarks.baseline;

import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.benchmarks.loadtest.measure.Repeated;
import io.agentorchestrator.cli.process.Patience;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.address.HostResolver;
import io.agentorchestrator.store.address.Network;
import io.agentorchestrator.store.agent.AgentCredentials;
import io.agentorchestrator.store.fleet.FleetStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import picocli.CommandLine.Option;

/** The stack whose Temporal server and agents the hand-written workflows use, as the command line names it. */
final class RunningStack {
    private static final Logger LOG = LoggerFactory.getLogger(RunningStack.class);
    private static final String PASSWORD = "ORCHESTRATOR_DATABASE_PASSWORD";
    private static final String KEY = "ORCHESTRATOR_AGENTS_KEY";
    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    @Option(names = "--temporal", paramLabel = "HOST:PORT", description = "Default: ${DEFAULT-VALUE}.")
    private String temporal = "127.0.0.1:7233";

    @Option(names = "--namespace", description = "Default: ${DEFAULT-VALUE}.")
    private String namespace = "default";

    @Option(
            names = "--database-url",
            paramLabel = "JDBC-URL",
            description = "Where agents are registered; the password is in " + PASSWORD
                    + ", the key of their credentials in " + KEY + ". Default: ${DEFAULT-VALUE}.")
    private String databaseUrl = "jdbc:postgresql://127.0.0.1:54329/orchestrator";

    @Option(names = "--database-user", description = "Default: ${DEFAULT-VALUE}.")
    private String databaseUser = "orchestrator";

    /** A worker with what it needs. */
    record Session(BaselineWorker worker, AgentConnections connections, Repeated refreshing) implements AutoCloseable {
        @Override
        public void close() {
            worker.close();
            connections.close();
            refreshing.close();
        }
    }

    /** Starts a worker that reaches the agents of these types. */
    Session open(List<String> types, Tuning tuning) throws InterruptedException {
        AgentDirectory directory = directory(types);
        DispatchEnds ends = new DispatchEnds();
        AgentConnections connections = connections(ends);
        connections.fleet(directory.agents().values());
        Patience.until(
                CONNECT_WITHIN, () -> directory.agents().keySet().stream().allMatch(connections::isConnected));
        Repeated refreshing = new Repeated("fleet", REFRESH, () -> refresh(directory, connections));
        AgentCall calls = new AgentCall(new LeastLoaded(() -> directory.agents().values()), connections, ends);
        return new Session(new BaselineWorker(temporal, namespace, tuning, calls), connections, refreshing);
    }

    private static AgentConnections connections(DispatchEnds ends) {
        AgentCredentials credentials = new AgentCredentials(System.getenv(KEY));
        return new AgentConnections(
                UUID.randomUUID().toString(),
                ends,
                agent -> credentials.proofKey(agent.agentId(), agent.credentialSalt()),
                new AddressCheck(Network.PRIVATE, List.of(), HostResolver.ofSystem()),
                Clock.systemUTC());
    }

    private static void refresh(AgentDirectory directory, AgentConnections connections) {
        try {
            directory.refresh();
            connections.fleet(directory.agents().values());
        } catch (DataAccessException away) {
            LOG.warn("the registry cannot be read for the moment: {}", away.toString());
        }
    }

    private AgentDirectory directory(List<String> types) {
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
