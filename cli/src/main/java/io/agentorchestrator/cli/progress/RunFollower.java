package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.client.EventFeed;
import io.agentorchestrator.cli.client.ServerEvent;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows a DAG's run or a task to its end. Events say when to look; what is shown is the status as it is read then, so that
 * an event that was missed costs a little time and nothing else. Without events it reads every now and then.
 */
public final class RunFollower {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    /** While events come, so long passes without a look; less where agents tell progress, of which there are no events. */
    private static final Duration LONGEST_TRUST = Duration.ofSeconds(10);
    /** Durations and spinners move between two readings. */
    private static final Duration REDRAW = Duration.ofMillis(250);
    /** The pause is so many times as long as the last reading took: large runs are read less often. */
    private static final int PAUSE_PER_READING = 5;
    /** Readings in a row that may fail; the run itself goes on without us. */
    private static final int MAX_FAILURES = 60;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    /** Time by which the stream may lag behind the status that says that the run has ended. */
    private static final Duration LAST_EVENT_LIMIT = Duration.ofSeconds(10);

    private final ApiClient api;
    private final ProgressDisplay progress;
    private final Consumer<ServerEvent> events;
    private final boolean everyEvent;
    /** The last event that had the status of the whole. */
    private volatile Answers.@Nullable Event told;

    /** Why an event could not be passed on; it ends the following. */
    private volatile @Nullable RuntimeException notPassedOn;

    private RunFollower(ApiClient api, ProgressDisplay progress, Consumer<ServerEvent> events, boolean everyEvent) {
        this.api = api;
        this.progress = progress;
        this.events = events;
        this.everyEvent = everyEvent;
    }

    /**
     * Shows the status.
     *
     * @param progress told at every reading and in between
     */
    public static RunFollower showing(ApiClient api, ProgressDisplay progress) {
        return new RunFollower(api, progress, event -> {}, false);
    }

    /**
     * Passes on every event, up to the last.
     *
     * @param events told in order, on a thread that is not the caller's
     */
    public static RunFollower passingOn(ApiClient api, Consumer<ServerEvent> events) {
        return new RunFollower(api, run -> {}, events, true);
    }

    /** Returns how it stood when it had ended. To be called once. */
    public RunView follow(Followed what) throws InterruptedException {
        try (EventFeed feed = EventFeed.open(api, what.eventsPath(), event -> take(what, event))) {
            int failures = 0;
            boolean first = true;
            while (true) {
                long before = System.nanoTime();
                RunView run = read(what);
                refuseWithoutEvents(feed);
                if (run == null) {
                    failures++;
                    if (failures >= MAX_FAILURES) {
                        throw new CliFailure("The API stopped answering; the run goes on as soon as it is back: "
                                + "./orchestrator watch " + what.id());
                    }
                    Thread.sleep(PAUSE_AFTER_FAILURE);
                    continue;
                }
                failures = 0;
                progress.show(run);
                if (run.ended()) {
                    if (everyEvent && (what.replayed() || !first)) {
                        awaitLast(feed, run);
                    }
                    return run;
                }
                first = false;
                idle(feed, run, pauseAfter(Duration.ofNanos(System.nanoTime() - before)));
            }
        }
    }

    private boolean take(Followed what, ServerEvent event) {
        if (!what.concerns(event)) {
            return false;
        }
        try {
            events.accept(event);
        } catch (RuntimeException lost) {
            notPassedOn = lost;
            return true;
        }
        if (what.toldBy(event)) {
            told = event.told();
        }
        return true;
    }

    /** Whoever asked for the events is told that there are none; to others they are a convenience. */
    private void refuseWithoutEvents(EventFeed feed) {
        RuntimeException lost = notPassedOn;
        if (lost != null) {
            throw lost;
        }
        if (everyEvent && feed.refusal().isPresent()) {
            throw feed.refusal().get();
        }
    }

    /** The stream may lag behind the status; it has caught up when it told that status itself. */
    private void awaitLast(EventFeed feed, RunView run) throws InterruptedException {
        long start = System.nanoTime();
        while (!run.agreesWith(told)) {
            refuseWithoutEvents(feed);
            if (System.nanoTime() - start >= LAST_EVENT_LIMIT.toNanos()) {
                throw new CliFailure("It has ended as " + run.status() + ", but its last events did not come within "
                        + LAST_EVENT_LIMIT.toSeconds() + " s: ask again.");
            }
            feed.awaitNews(SHORTEST_PAUSE);
        }
    }

    /** Nothing for the pause; then until something changed. */
    private void idle(EventFeed feed, RunView run, Duration pause) throws InterruptedException {
        long start = System.nanoTime();
        for (Duration left = pause; left.isPositive(); left = pause.minusNanos(System.nanoTime() - start)) {
            Thread.sleep(left.compareTo(REDRAW) < 0 ? left : REDRAW);
            progress.show(run);
        }
        Duration trust = run.tellsProgress() && pause.compareTo(LONGEST_PAUSE) < 0 ? LONGEST_PAUSE : LONGEST_TRUST;
        while (feed.live() && System.nanoTime() - start < trust.toNanos() && !feed.awaitNews(REDRAW)) {
            progress.show(run);
        }
    }

    private @Nullable RunView read(Followed what) throws InterruptedException {
        try {
            return what.view(api.get(what.statusPath()));
        } catch (ApiFailure failure) {
            if (failure.passing()) {
                return null;
            }
            throw failure;
        } catch (CliFailure unreachable) {
            return null;
        }
    }

    static Duration pauseAfter(Duration reading) {
        long pauseNanos = PAUSE_PER_READING * reading.toNanos();
        return Duration.ofNanos(Math.clamp(pauseNanos, SHORTEST_PAUSE.toNanos(), LONGEST_PAUSE.toNanos()));
    }
}
