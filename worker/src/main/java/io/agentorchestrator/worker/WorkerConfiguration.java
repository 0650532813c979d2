package io.agentorchestrator.worker;

import com.zaxxer.hikari.HikariDataSource;
import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.activities.breaker.RegistryBreakerStore;
import io.agentorchestrator.activities.dispatch.BatchDispatcher;
import io.agentorchestrator.activities.dispatch.DispatchPorts;
import io.agentorchestrator.activities.dispatch.DispatchSettings;
import io.agentorchestrator.activities.dispatch.Dispatcher;
import io.agentorchestrator.activities.dispatch.WatchLeases;
import io.agentorchestrator.activities.record.RunRecorder;
import io.agentorchestrator.store.address.AddressCheck;
import io.agentorchestrator.store.agent.AgentConnectionStore;
import io.agentorchestrator.store.agent.AgentCredentials;
import io.agentorchestrator.store.agent.BreakerRows;
import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.clock.DatabaseClock;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.run.BatchStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.run.WorkerStore;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.setting.Settings;
import io.agentorchestrator.worker.config.DatabaseSettings;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.worker.fleet.ConnectionReports;
import io.agentorchestrator.worker.fleet.FleetRefresh;
import io.agentorchestrator.worker.fleet.Notifications;
import io.agentorchestrator.worker.fleet.WatchLeaseLoop;
import io.agentorchestrator.worker.release.FlowMeter;
import io.agentorchestrator.worker.release.Headroom;
import io.agentorchestrator.worker.run.MissingRuns;
import io.agentorchestrator.workflows.model.Uuid7;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingClientInterceptor;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The composition root: what the worker is made of, apart from what its packages wire themselves. */
@Configuration(proxyBeanMethods = false)
@Import(OutcomeStore.class)
class WorkerConfiguration {
    /** Statements take seconds at most, under load too; longer, and something is wrong that a loop is to say and try again. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(60);
    /** A server that answers not even with a timeout is gone, though nobody closed the connection. */
    private static final Duration SOCKET_TIMEOUT = STATEMENT_TIMEOUT.plusSeconds(5);

    private static final Duration SET_CLOCK_EVERY = Duration.ofSeconds(10);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    DataSource dataSource(DatabaseSettings settings) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("store");
        pool.setJdbcUrl(settings.url());
        pool.setUsername(settings.user());
        pool.setPassword(settings.password());
        pool.setMaximumPoolSize(settings.poolSize());
        pool.setConnectionTimeout(10_000);
        // Statements are few and repeat, sets of them are small: planning took longer than carrying them out.
        // Kept plans outlive the emptiness of a new partition: they must not scan it from end to end because it was
        // empty then. Processes that help with one of them cost more than it does.
        // A process that is stopped within a transaction keeps nobody waiting for what it has locked.
        pool.addDataSourceProperty(
                "options",
                "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c max_parallel_workers_per_gather=0"
                        + " -c idle_in_transaction_session_timeout=5s -c statement_timeout="
                        + STATEMENT_TIMEOUT.toMillis());
        pool.addDataSourceProperty("socketTimeout", SOCKET_TIMEOUT.toSeconds());
        pool.addDataSourceProperty("tcpKeepAlive", true);
        pool.addDataSourceProperty("ApplicationName", "orchestrator-worker");
        return pool;
    }

    /**
     * The schema, migrated before anything uses the store, on connections without time limits: a migration may take long. Its partitions are
     * made on the pool's.
     */
    @Bean
    Schema schema(DatabaseSettings settings, DataSource dataSource) {
        DriverManagerDataSource unlimited =
                new DriverManagerDataSource(settings.url(), settings.user(), settings.password());
        Properties properties = new Properties();
        properties.setProperty("tcpKeepAlive", "true");
        unlimited.setConnectionProperties(properties);
        Schema schema = new Schema(unlimited, dataSource);
        schema.migrate();
        return schema;
    }

    @Bean
    AgentDirectory agentDirectory(DataSource dataSource, Schema migrated) {
        return new AgentDirectory(new FleetStore(dataSource));
    }

    /** The name of this process, by which the store, agents and other workers know it. */
    @Bean
    WorkerId workerId(Uuid7 ids) {
        return new WorkerId(ids.next().toString());
    }

    /** By the database's time, whatever this machine's clock shows. */
    @Bean
    Uuid7 ids(@Qualifier("databaseClock") DatabaseClock clock) {
        return new Uuid7(clock);
    }

    /** Not the clock of those who measure and wait. */
    @Bean(defaultCandidate = false)
    DatabaseClock databaseClock(DataSource dataSource, Schema migrated) {
        DatabaseClock clock = new DatabaseClock(dataSource);
        clock.synchronize();
        return clock;
    }

    @Bean
    WakeSignal commandWake() {
        return new WakeSignal();
    }

    @Bean
    PollLoop clockLoop(@Qualifier("databaseClock") DatabaseClock clock) {
        return new PollLoop("clock", SET_CLOCK_EVERY, clock::synchronize);
    }

    @Bean(destroyMethod = "")
    AgentConnections agentConnections(
            WorkerId worker,
            Dispatcher dispatcher,
            AgentCredentials credentials,
            AddressCheck addresses,
            Clock clock,
            MeterRegistry registry) {
        AgentConnections connections = new AgentConnections(
                worker.value(),
                dispatcher,
                agent -> credentials.proofKey(agent.agentId(), agent.credentialSalt()),
                addresses,
                clock,
                new MetricCollectingClientInterceptor(registry));
        dispatcher.connect(connections);
        return connections;
    }

    @Bean
    Breakers breakers(AgentDirectory directory, DataSource dataSource, Clock clock) {
        Breakers breakers = new Breakers(
                new RegistryBreakerStore(new BreakerRows(dataSource)),
                () -> directory.agents().keySet(),
                clock);
        breakers.start();
        return breakers;
    }

    /** An agent that this worker cannot reach is no place for what it releases. */
    @Bean
    AgentTrust agentTrust(AgentDirectory directory, Breakers breakers, AgentConnections connections) {
        return new AgentTrust(() -> directory.agents().values(), breakers::phase, connections::isConnected);
    }

    @Bean
    FleetRefresh fleetRefresh(
            AgentDirectory directory,
            AgentConnections connections,
            Dispatcher dispatcher,
            LiveSettings settings,
            DataSource dataSource,
            WakeSignal releaseWake) {
        return new FleetRefresh(
                directory,
                connections,
                dispatcher,
                settings::schedulingStrategy,
                () -> settings.get(Settings.PREEMPTION_AFTER),
                new FleetStore(dataSource),
                releaseWake::now);
    }

    @Bean
    ConnectionReports connectionReports(
            WorkerId worker, AgentConnections connections, DataSource dataSource, Schema migrated) {
        return new ConnectionReports(worker.value(), connections, new AgentConnectionStore(dataSource));
    }

    @Bean
    Notifications notifications(
            DatabaseSettings database,
            FleetRefresh fleet,
            WakeSignal releaseWake,
            WakeSignal commandWake,
            WakeSignal deadLetterWake,
            WakeSignal noticeWake,
            WakeSignal settingsWake,
            WakeSignal limitWake,
            Dispatcher dispatcher) {
        return new Notifications(
                database.url(),
                database.user(),
                database.password(),
                Map.of(
                        Channels.BACKLOG,
                        _ -> {
                            releaseWake.now();
                            limitWake.now();
                        },
                        Channels.COMMANDS,
                        _ -> commandWake.now(),
                        Channels.DEAD_LETTERS,
                        _ -> deadLetterWake.now(),
                        Channels.NOTICES,
                        _ -> noticeWake.now(),
                        Channels.SETTINGS,
                        _ -> settingsWake.now(),
                        Channels.CANCELS,
                        ids -> dispatcher.cancel(ids(ids), "the task was cancelled"),
                        Channels.PAUSES,
                        runs -> dispatcher.refreshRuns(ids(runs)),
                        Channels.AGENTS,
                        _ -> fleet.soon()));
    }

    private static List<UUID> ids(String ids) {
        return ids.isEmpty()
                ? List.of()
                : Arrays.stream(ids.split(" ")).map(UUID::fromString).toList();
    }

    @Bean(destroyMethod = "")
    Dispatcher dispatcher(
            WorkerId worker,
            DataSource dataSource,
            OutcomeStore outcomes,
            Breakers breakers,
            Headroom headroom,
            FlowMeter flow,
            MeterRegistry registry,
            OpenTelemetry telemetry,
            Clock clock) {
        DispatchPorts ports = new DispatchPorts(
                new BatchStore(dataSource),
                outcomes,
                new RunStore(dataSource),
                breakers,
                headroom::terms,
                headroom,
                flow);
        return new Dispatcher(worker.value(), DispatchSettings.DEFAULT, ports, registry, telemetry, clock);
    }

    @Bean
    BatchDispatcher batchDispatcher(DataSource dataSource, Dispatcher dispatcher, MissingRuns suspects) {
        return new BatchDispatcher(
                DispatchSettings.DEFAULT,
                new BatchStore(dataSource),
                new RunStore(dataSource),
                dispatcher,
                suspects::add);
    }

    @Bean
    WatchLeaseLoop watchLoop(WorkerId worker, DataSource dataSource, Dispatcher dispatcher, Schema migrated) {
        return new WatchLeaseLoop(new WatchLeases(
                worker.value(),
                new WorkerStore(dataSource),
                new BatchStore(dataSource),
                new RunStore(dataSource),
                dispatcher));
    }

    @Bean
    RunRecorder runRecorder(
            DataSource dataSource,
            OutcomeStore outcomes,
            Dispatcher dispatcher,
            AgentConnections connections,
            Headroom headroom) {
        return new RunRecorder(outcomes, new RunStore(dataSource), dispatcher, connections, headroom::terms);
    }

    /** The name of this process. */
    record WorkerId(String value) {}
}
