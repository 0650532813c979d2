package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.state.OpenTaskPass;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Gives the tasks that are open their keys after limits have changed. Thread-safe. */
public final class LimitMarking {
    private final LimitMarks marks;
    private final LiveLimits limits;
    private final OpenTaskPass pass;

    public LimitMarking(DataSource database, LiveLimits limits) {
        this.marks = new LimitMarks(JdbcClient.create(database));
        this.limits = limits;
        this.pass =
                new OpenTaskPass(database, "limit_marking", LimitMarks.MAX_AT_ONCE, OpenTaskPass.Scope.ALL, this::mark);
    }

    /**
     * Looks at the next tasks, if a pass is due.
     *
     * @return whether there is more to look at
     */
    public boolean step() {
        return pass.step();
    }

    private void mark(List<UUID> tasks) {
        limits.refresh(); // by what is stored now, however lately
        marks.mark(tasks, limits.all());
    }
}
