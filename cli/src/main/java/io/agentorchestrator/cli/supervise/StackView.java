package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.ProcessIdentity;
import io.agentorchestrator.cli.stack.Component;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackStatus;
import io.agentorchestrator.cli.stack.StateFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The stack as it is now: what its supervisor wrote last, corrected by which processes really live. */
public final class StackView {
    private StackView() {}

    /** The status of a checkout's stack. */
    public static StackStatus of(StackLayout layout) {
        boolean supervised =
                ProcessIdentity.readLiving(layout.supervisorPidFile()).isPresent();
        Optional<StackStatus> written = StateFiles.status(layout);
        if (supervised && written.isPresent()) {
            return written.get();
        }
        List<ComponentStatus> rows = new ArrayList<>();
        for (Component component : Component.values()) {
            ComponentStatus last = written.stream()
                    .flatMap(status -> status.components().stream())
                    .filter(row -> row.name() == component)
                    .findFirst()
                    .orElse(new ComponentStatus(component, ComponentState.STOPPED, null, null, null, null, 0, null));
            rows.add(unsupervised(layout, last));
        }
        return new StackStatus(rows);
    }

    private static ComponentStatus unsupervised(StackLayout layout, ComponentStatus last) {
        return ProcessIdentity.readLiving(layout.pidFile(last.name()))
                .map(process -> new ComponentStatus(
                        last.name(),
                        ComponentState.ORPHANED,
                        process.pid(),
                        last.port(),
                        last.url(),
                        last.since(),
                        last.restarts(),
                        "its supervisor is gone: `./orchestrator up` repairs, `down` stops it"))
                .orElseGet(() -> last.withoutProcess(ComponentState.STOPPED, null));
    }
}
