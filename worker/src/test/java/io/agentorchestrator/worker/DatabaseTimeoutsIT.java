package io.agentorchestrator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.agentorchestrator.store.testkit.PostgresServer;
import io.agentorchestrator.store.testkit.TestDatabase;
import io.agentorchestrator.worker.config.DatabaseSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class DatabaseTimeoutsIT {
    @Test
    void aServerThatIsGoneWithoutAWordIsNoticed() {
        try (TestDatabase database = PostgresServer.shared().newDatabase();
                HikariDataSource pool = (HikariDataSource) new WorkerConfiguration()
                        .dataSource(new DatabaseSettings(
                                database.jdbcUrl(), TestDatabase.USER, TestDatabase.PASSWORD, 4))) {
            assertThat(JdbcClient.create(pool)
                            .sql("show statement_timeout")
                            .query(String.class)
                            .single())
                    .isEqualTo("1min");
            assertThat(pool.getDataSourceProperties())
                    .containsAllEntriesOf(Map.of("socketTimeout", 65L, "tcpKeepAlive", true));
        }
    }
}
