package io.agentorchestrator.store.release;

import io.agentorchestrator.store.state.RunTask;
import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tasks that were released and of which their run, whose workflow is there, has yet to be told. */
public record ReleaseSignal(RunKey key, RunKind kind, List<Integer> tasks) {
    /** The signals of these releases, one a run. */
    static List<ReleaseSignal> of(List<RunTask> released) {
        Map<RunKey, ReleaseSignal> byRun = new LinkedHashMap<>();
        released.forEach(task -> byRun.computeIfAbsent(
                        task.run(), run -> new ReleaseSignal(run, task.kind(), new ArrayList<>()))
                .tasks()
                .add(task.index()));
        return List.copyOf(byRun.values());
    }
}
