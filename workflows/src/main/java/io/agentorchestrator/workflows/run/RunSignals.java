package io.agentorchestrator.workflows.run;

import io.temporal.workflow.SignalMethod;
import java.util.List;

/** The signals to a run in progress. Every signal may arrive more than once. */
public interface RunSignals {
    String RELEASE = "release";
    String COMMAND = "command";
    String NOTICE = "notice";

    /** Release let tasks of this run out of the backlog. */
    @SignalMethod(name = RELEASE)
    void release(List<Integer> tasks);

    /** A command row, delivered. */
    @SignalMethod(name = COMMAND)
    void command(CommandSignal command);

    /** Tasks that were left running have ended, or are back in the backlog. */
    @SignalMethod(name = NOTICE)
    void notice(RunNotice notice);
}
