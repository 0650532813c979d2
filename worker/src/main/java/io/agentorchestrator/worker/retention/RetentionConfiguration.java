package io.agentorchestrator.worker.retention;

import io.agentorchestrator.store.loop.PollLoop;
import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.retention.Retention;
import io.agentorchestrator.store.schema.Schema;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what retention needs, and the making of partitions. */
@Configuration(proxyBeanMethods = false)
class RetentionConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionConfiguration.class);
    private static final Duration MAKE_PARTITIONS_EVERY = Duration.ofMinutes(5);

    @Bean
    WakeSignal retentionWake() {
        return new WakeSignal();
    }

    @Bean
    Retention retention(DataSource dataSource) {
        return new Retention(dataSource);
    }

    /** Makes partitions ahead of the clock, every few minutes where some are missing. */
    @Bean
    PollLoop partitionLoop(Schema schema) {
        return new PollLoop("partitions", MAKE_PARTITIONS_EVERY, () -> {
            int made = schema.ensurePartitions();
            if (made > 0) {
                LOG.info("made {} partitions", made);
            }
        });
    }
}
