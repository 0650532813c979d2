package io.agentorchestrator.worker.notice;

import io.agentorchestrator.store.loop.WakeSignal;
import io.agentorchestrator.store.run.NoticeStore;
import io.agentorchestrator.store.run.RunNotices;
import io.agentorchestrator.store.schema.Schema;
import io.agentorchestrator.worker.run.MissingRuns;
import io.agentorchestrator.worker.run.TemporalRuns;
import io.agentorchestrator.workflows.model.RunKey;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the delivery of notices. */
@Configuration(proxyBeanMethods = false)
class NoticeConfiguration {
    @Bean
    WakeSignal noticeWake() {
        return new WakeSignal();
    }

    @Bean
    NoticeLoop noticeLoop(
            DataSource dataSource,
            TemporalRuns temporal,
            MissingRuns suspects,
            Schema migrated,
            WakeSignal noticeWake) {
        return new NoticeLoop(undelivered(new NoticeStore(dataSource)), temporal, suspects::add, noticeWake);
    }

    private static UndeliveredNotices undelivered(NoticeStore store) {
        return new UndeliveredNotices() {
            @Override
            public List<RunNotices> undelivered(int maxRuns, int maxRows) {
                return store.undelivered(maxRuns, maxRows);
            }

            @Override
            public void delivered(RunKey run, long upToSequence) {
                store.delivered(run, upToSequence);
            }
        };
    }
}
