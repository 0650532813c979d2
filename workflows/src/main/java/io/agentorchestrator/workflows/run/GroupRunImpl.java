package io.agentorchestrator.workflows.run;

import java.util.List;

/** See {@link RunLoop}, which does the work. */
public final class GroupRunImpl implements GroupRun {
    private final RunInbox inbox = new RunInbox();

    @Override
    public RunResult run(RunInput input) {
        return new RunLoop(input, inbox).run();
    }

    @Override
    public void release(List<Integer> tasks) {
        inbox.release(tasks);
    }

    @Override
    public void command(CommandSignal command) {
        inbox.command(command);
    }

    @Override
    public void notice(RunNotice notice) {
        inbox.notice(notice);
    }
}
