package io.agentorchestrator.worker.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentorchestrator.store.forecast.TypeTimeStore;
import io.agentorchestrator.store.release.ContenderReader;
import io.agentorchestrator.store.release.FlowStore;
import io.agentorchestrator.store.release.UseStore;
import io.agentorchestrator.store.setting.LiveSettings;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.Submissions;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.workflows.model.Priority;
import io.agentorchestrator.workflows.release.TaskClasses;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantSharesIT {
    private static final Set<String> TYPES = Set.of("t");
    /** More than decay takes in the time of a test. */
    private static final Offset<Double> DECAY = within(0.5);

    private final TestDatabase database = PostgresServer.shared().newDatabase();
    private final Submissions submissions = new Submissions(database.dataSource());
    private final FlowMeter flow =
            new FlowMeter(new FlowStore(database.dataSource()), new TypeTimeStore(database.dataSource()));
    private final TenantShares shares = shares();

    private TenantShares shares() {
        return new TenantShares(
                flow,
                new UseStore(database.dataSource()),
                new ContenderReader(database.dataSource()),
                new LiveSettings(Map::of));
    }

    private void queue(String tenant) {
        UUID task = submissions.task("t", Priority.NORMAL);
        database.client()
                .sql("update task_state set tenant = ? where task_id = ?")
                .params(tenant, task)
                .update();
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void useOfThisWorkersAgentsCountsBeforeTheStoreIsReadAgain() {
        queue("a");
        queue("b");
        assertThat(shares.look(TYPES, TaskClasses.NONE).use()).isEmpty();

        flow.held(Map.of("a", 2.0), Duration.ofSeconds(5));

        assertThat(shares.look(TYPES, TaskClasses.NONE).shares().use("a")).isCloseTo(10, DECAY);
        assertThat(shares.look(TYPES, TaskClasses.NONE).over(TYPES)).containsExactly("a");
    }

    @Test
    void useCountsOnceWhetherItWasToldOrReadSince() {
        queue("a");
        queue("b");
        assertThat(shares.look(TYPES, TaskClasses.NONE).use()).isEmpty();
        flow.held(Map.of("a", 2.0), Duration.ofSeconds(5));

        shares.tell();
        assertThat(shares.look(TYPES, TaskClasses.NONE).shares().use("a")).isCloseTo(10, DECAY);
        flow.held(Map.of("a", 2.0), Duration.ofSeconds(5));
        assertThat(shares.look(TYPES, TaskClasses.NONE).shares().use("a")).isCloseTo(20, DECAY);

        assertThat(shares().look(TYPES, TaskClasses.NONE).shares().use("a"))
                .as("read anew")
                .isCloseTo(20, DECAY);
        queue("c");
        Awaitility.await()
                .until(() -> shares.look(TYPES, TaskClasses.NONE).tenants(TYPES).contains("c"));
        assertThat(shares.look(TYPES, TaskClasses.NONE).shares().use("a"))
                .as("read again")
                .isCloseTo(20, DECAY);
    }

    @Test
    void useCountsForNothingWhereOneTenantWaits() {
        queue("a");
        flow.held(Map.of("a", 2.0), Duration.ofSeconds(5));

        assertThat(shares.look(TYPES, TaskClasses.NONE).use()).isEmpty();
    }
}
