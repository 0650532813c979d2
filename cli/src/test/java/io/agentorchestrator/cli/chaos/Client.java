package io.agentorchestrator.cli.chaos;

import io.agentorchestrator.cli.RealStack;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Submits its share, each request when it is due, and repeats what was not acknowledged until it is. */
final class Client implements Callable<Client.Requests> {
    private static final Set<Integer> PASSING = Set.of(429, 503);
    private static final Duration PAUSE = Duration.ofMillis(300);
    /** A part that stays away for longer is broken. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RealStack stack;
    private final List<Submission> submissions;
    private final Acknowledged acknowledged;
    private final long startedNanos;
    private final String label;
    private final CountDownLatch never = new CountDownLatch(1);
    private int sent;
    private int unavailable;
    private int broken;

    /** How often requests were sent, answered with 503 or 429, and not answered. */
    record Requests(int sent, int unavailable, int broken) {
        Requests plus(Requests other) {
            return new Requests(sent + other.sent, unavailable + other.unavailable, broken + other.broken);
        }
    }

    Client(RealStack stack, List<Submission> submissions, Acknowledged acknowledged, long startedNanos, String label) {
        this.stack = stack;
        this.submissions = submissions;
        this.acknowledged = acknowledged;
        this.startedNanos = startedNanos;
        this.label = label;
    }

    @Override
    public Requests call() throws InterruptedException {
        for (int number = 0; number < submissions.size(); number++) {
            Submission submission = submissions.get(number);
            awaitDue(submission);
            List<@Nullable String> outside = outside(number);
            JsonNode answer =
                    acknowledge(submission, submission.body(label, outside).toString());
            acknowledged.add(submission, submission.ids(answer), outside);
        }
        return new Requests(sent, unavailable, broken);
    }

    private void awaitDue(Submission submission) throws InterruptedException {
        long leftNanos = submission.dueMillis() * 1_000_000 - (System.nanoTime() - startedNanos);
        pause(Duration.ofNanos(Math.max(0, leftNanos)));
    }

    private void pause(Duration duration) throws InterruptedException {
        if (never.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("nobody counts it down");
        }
    }

    /** The tasks outside this request that its tasks depend on: the last one of an earlier submission. */
    private List<@Nullable String> outside(int number) {
        List<@Nullable String> outside = new ArrayList<>();
        for (Submission.PlannedTask task : submissions.get(number).tasks()) {
            Integer earlier = task.earlier();
            List<String> ids = earlier == null || earlier > number
                    ? List.of()
                    : acknowledged.of(submissions.get(number - earlier));
            outside.add(ids.isEmpty() ? null : ids.getLast());
        }
        return outside;
    }

    private JsonNode acknowledge(Submission submission, String body) throws InterruptedException {
        long begunNanos = System.nanoTime();
        String last = "nothing";
        while (System.nanoTime() - begunNanos < PATIENCE.toNanos()) {
            sent++;
            try {
                RealStack.ApiAnswer answer = stack.post(submission.kind().path(), body, submission.key());
                if (answer.status() == 202) {
                    return answer.body();
                }
                last = answer.status() + " " + answer.body();
                if (!PASSING.contains(answer.status())) {
                    throw new AssertionError(submission.key() + " was answered with " + last + ": " + body);
                }
                unavailable++;
            } catch (IOException | JacksonException noAnswer) {
                broken++;
                last = noAnswer.toString();
            }
            pause(PAUSE);
        }
        throw new AssertionError(submission.key() + " was not acknowledged within " + PATIENCE + ", last: " + last);
    }
}
