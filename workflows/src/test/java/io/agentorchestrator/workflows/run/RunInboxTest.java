package io.agentorchestrator.workflows.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.workflows.planner.AttemptEnd;
import io.agentorchestrator.workflows.planner.Event;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunInboxTest {
    private final RunInbox inbox = new RunInbox();

    @Test
    void togglesApplyInTheOrderOfTheirRows() {
        inbox.command(toggle(CommandSignal.Kind.RESUME, 8));
        inbox.command(toggle(CommandSignal.Kind.PAUSE, 7));
        inbox.command(toggle(CommandSignal.Kind.RESUME, 8));
        inbox.command(toggle(CommandSignal.Kind.PAUSE, 9));

        assertThat(inbox.takeAll(1)).containsExactly(new Event.ResumeRequested(), new Event.PauseRequested());
        assertThat(inbox.lastToggle()).isEqualTo(9);
    }

    @Test
    void togglesThatTheRunBeforeHadAppliedAreDropped() {
        inbox.command(toggle(CommandSignal.Kind.PAUSE, 7));
        inbox.startAfter(7);

        assertThat(inbox.takeAll(1)).isEmpty();
        assertThat(inbox.lastToggle()).isEqualTo(7);
    }

    @Test
    void togglesWithoutAnOrderAlwaysApply() {
        inbox.command(toggle(CommandSignal.Kind.PAUSE, 7));
        inbox.command(toggle(CommandSignal.Kind.RESUME, 0));

        assertThat(inbox.takeAll(1)).containsExactly(new Event.PauseRequested(), new Event.ResumeRequested());
        assertThat(inbox.lastToggle()).isEqualTo(7);
    }

    @Test
    void cancelsAreNotOvertakenAndKeepTheirCode() {
        inbox.startAfter(9);
        inbox.command(
                new CommandSignal(new UUID(1, 2), CommandSignal.Kind.CANCEL, List.of(0), "UPSTREAM_FAILED", "why", 3));

        assertThat(inbox.takeAll(1)).containsExactly(new Event.CancelRequested(List.of(0), "UPSTREAM_FAILED", "why"));
    }

    @Test
    void deadlinesAreOfTheTasksThatTheyName() {
        inbox.startAfter(9);
        inbox.command(expire(3, 0, 1, 2, -1));
        inbox.command(expire(4));
        inbox.command(expire(5, 2));

        assertThat(inbox.takeAll(2))
                .as("never of the whole run, and of no task that it does not have")
                .containsExactly(new Event.DeadlinePassed(List.of(0, 1)));
    }

    @Test
    void deadlinesThatPassedBeforeTheStartComeFirst() {
        inbox.release(List.of(0));

        assertThat(inbox.given(List.of(expire(3, 0), expire(4)), 1))
                .containsExactly(new Event.DeadlinePassed(List.of(0)));
        assertThat(inbox.takeAll(1)).containsExactly(new Event.Released(List.of(0)));
    }

    @Test
    void noticesAreOfTasksThatTheRunHas() {
        AttemptEnd end = new AttemptEnd(1, 1, AttemptEnd.Outcome.COMPLETED, "", false);
        AttemptEnd foreign = new AttemptEnd(2, 1, AttemptEnd.Outcome.COMPLETED, "", false);
        inbox.notice(new RunNotice(List.of(end, foreign), List.of(0, -1), false));

        assertThat(inbox.takeAll(2)).containsExactly(new Event.Noticed(List.of(end), List.of(0)));
    }

    private static CommandSignal expire(long sequence, Integer... tasks) {
        return new CommandSignal(
                new UUID(1, sequence), CommandSignal.Kind.EXPIRE, List.of(tasks), "DEADLINE_EXCEEDED", "", sequence);
    }

    private static CommandSignal toggle(CommandSignal.Kind kind, long sequence) {
        return new CommandSignal(new UUID(1, sequence), kind, List.of(), null, "", sequence);
    }
}
