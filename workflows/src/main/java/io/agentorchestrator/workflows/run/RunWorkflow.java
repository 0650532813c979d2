package io.agentorchestrator.workflows.run;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run, whatever its kind. See {@link RunLoop}, which does the work. */
abstract class RunWorkflow {
    private final RunInbox inbox = new RunInbox();

    public RunResult run(RunInput input, byte[] plan, byte @Nullable [] snapshot) {
        return new RunLoop(input, plan, snapshot, inbox).run();
    }

    public void release(List<Integer> tasks) {
        inbox.release(tasks);
    }

    public void command(CommandSignal command) {
        inbox.command(command);
    }

    public void notice(RunNotice notice) {
        inbox.notice(notice);
    }
}
