package io.agentorchestrator.worker.release;

import io.agentorchestrator.store.release.BacklogStore;
import io.agentorchestrator.workflows.selector.TaskSelector;
import io.agentorchestrator.workflows.selector.WaitingSelector;
import java.util.List;

/** The selectors of tasks that wait, so many at a time: where there are more, they take turns, from look to look. Confined to release's thread. */
final class SelectorRotation {
    /** Selectors that one look goes by: each is a search or two in the backlog, and may be a class of tasks of its own. */
    static final int MAX_AT_ONCE = 200;

    private final BacklogStore backlog;
    private String after = TaskSelector.KEY_PREFIX;

    SelectorRotation(BacklogStore backlog) {
        this.backlog = backlog;
    }

    List<WaitingSelector> next() {
        List<WaitingSelector> turn = backlog.waitingSelectors(after, MAX_AT_ONCE);
        after = turn.size() < MAX_AT_ONCE
                ? TaskSelector.KEY_PREFIX
                : turn.getLast().key();
        return turn;
    }
}
