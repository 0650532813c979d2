package io.agentorchestrator.worker;

import com.zaxxer.hikari.HikariDataSource;
import io.agentorchestrator.activities.agent.AgentConnections;
import io.agentorchestrator.activities.agent.AgentDirectory;
import io.agentorchestrator.activities.breaker.Breakers;
import io.agentorchestrator.activities.breaker.RedisBreakerStore;
import io.agentorchestrator.activities.dispatch.AgentSlots;
import io.agentorchestrator.activities.dispatch.BatchDispatcher;
import io.agentorchestrator.activities.dispatch.DispatchSettings;
import io.agentorchestrator.activities.record.RunRecorder;
import io.agentorchestrator.store.agent.AgentRegistry;
import io.agentorchestrator.store.channel.Channels;
import io.agentorchestrator.store.command.CommandStore;
import io.agentorchestrator.store.fleet.FleetStore;
import io.agentorchestrator.store.run.OutcomeStore;
import io.agentorchestrator.store.run.RunStore;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.store.submission.SubmissionStore;
import io.agentorchestrator.worker.config.DatabaseSettings;
import io.agentorchestrator.worker.config.RedisSettings;
import io.agentorchestrator.worker.fleet.AgentTrust;
import io.agentorchestrator.worker.fleet.FleetRefresh;
import io.agentorchestrator.worker.fleet.Notifications;
import io.agentorchestrator.worker.loop.Wake;
import io.agentorchestrator.worker.release.Headroom;
import io.agentorchestrator.worker.release.HeadroomPolicy;
import io.agentorchestrator.worker.run.Suspects;
import io.agentorchestrator.workflows.model.Uuid7;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The composition root: what the worker is made of, apart from what its packages wire themselves. */
@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {
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
        pool.addDataSourceProperty(
                "options",
                "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c max_parallel_workers_per_gather=0");
        pool.addDataSourceProperty("ApplicationName", "orchestrator-worker");
        return pool;
    }

    /** The schema, migrated before anything uses the store. */
    @Bean
    Schema schema(DataSource dataSource) {
        Schema schema = new Schema(dataSource);
        schema.migrate();
        return schema;
    }

    @Bean
    AgentDirectory agentDirectory(DataSource dataSource, Schema migrated) {
        return new AgentDirectory(new FleetStore(dataSource));
    }

    @Bean(destroyMethod = "")
    AgentConnections agentConnections(Clock clock) {
        return new AgentConnections(new Uuid7(clock).next().toString(), clock);
    }

    /** Breakers are shared in Redis, and shown to readers by the registry; any worker may tell it what it sees. */
    @Bean
    Breakers breakers(RedisSettings redis, AgentDirectory directory, DataSource dataSource, Clock clock) {
        AgentRegistry registry = new AgentRegistry(dataSource);
        Breakers breakers = new Breakers(
                new RedisBreakerStore(redis.uri()),
                () -> directory.agents().keySet(),
                (agentId, breaker) -> registry.breakerChanged(
                        agentId, breaker.phase().name(), breaker.failures(), breaker.openedAt(), breaker.version()),
                clock);
        breakers.start();
        return breakers;
    }

    @Bean
    AgentTrust agentTrust(AgentDirectory directory, Breakers breakers) {
        return new AgentTrust(() -> directory.agents().values(), breakers::phase, agentId -> true);
    }

    @Bean
    AgentSlots agentSlots(AgentDirectory directory, Breakers breakers, Clock clock) {
        return new AgentSlots(directory, breakers, clock);
    }

    @Bean
    FleetRefresh fleetRefresh(
            AgentDirectory directory,
            AgentConnections connections,
            AgentSlots slots,
            @Qualifier("releaseWake") Wake releaseWake) {
        return new FleetRefresh(directory, connections, slots, releaseWake::now);
    }

    @Bean
    Notifications notifications(
            DatabaseSettings database,
            FleetRefresh fleet,
            @Qualifier("releaseWake") Wake releaseWake,
            @Qualifier("commandWake") Wake commandWake,
            @Qualifier("deadLetterWake") Wake deadLetterWake) {
        return new Notifications(
                database.url(),
                database.user(),
                database.password(),
                Map.of(
                        SubmissionStore.BACKLOG_CHANNEL,
                        releaseWake::now,
                        CommandStore.CHANNEL,
                        commandWake::now,
                        Channels.DEAD_LETTERS,
                        deadLetterWake::now,
                        AgentRegistry.CHANNEL,
                        fleet::soon));
    }

    @Bean
    OutcomeStore outcomeStore(DataSource dataSource, Headroom headroom) {
        return new OutcomeStore(dataSource, new HeadroomPolicy(headroom));
    }

    @Bean
    BatchDispatcher batchDispatcher(
            DataSource dataSource,
            OutcomeStore outcomes,
            AgentDirectory directory,
            AgentConnections connections,
            AgentSlots slots,
            Breakers breakers,
            JsonMapper json,
            MeterRegistry registry,
            OpenTelemetry telemetry,
            Headroom headroom,
            Suspects suspects,
            Clock clock) {
        return new BatchDispatcher(
                DispatchSettings.DEFAULT,
                dataSource,
                outcomes,
                directory,
                connections,
                slots,
                breakers,
                json,
                registry,
                telemetry,
                headroom,
                suspects::add,
                clock);
    }

    @Bean
    RunRecorder runRecorder(
            DataSource dataSource, OutcomeStore outcomes, AgentDirectory directory, AgentConnections connections) {
        return new RunRecorder(outcomes, new RunStore(dataSource), directory, connections);
    }
}
