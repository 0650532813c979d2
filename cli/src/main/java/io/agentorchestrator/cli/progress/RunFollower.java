package io.agentorchestrator.cli.progress;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.client.ApiFailure;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Follows a run by reading its status until it ends. */
public final class RunFollower {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    /** The pause is so many times as long as the last reading took: large runs are read less often. */
    private static final int PAUSE_PER_READING = 5;
    /** Readings in a row that may fail; the run itself goes on without us. */
    private static final int MAX_FAILURES = 60;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final ApiClient api;
    private final Progress progress;

    /** @param progress told at every reading */
    public RunFollower(ApiClient api, Progress progress) {
        this.api = api;
        this.progress = progress;
    }

    /** Returns the run when it has ended. */
    public RunView follow(String dagId) throws InterruptedException {
        int failures = 0;
        while (true) {
            long before = System.nanoTime();
            RunView run = read(dagId);
            if (run == null) {
                failures++;
                if (failures >= MAX_FAILURES) {
                    throw new CliFailure("The API stopped answering; the run goes on as soon as it is back: "
                            + "./orchestrator get " + dagId);
                }
                Thread.sleep(PAUSE_AFTER_FAILURE);
                continue;
            }
            failures = 0;
            progress.show(run);
            if (run.ended()) {
                return run;
            }
            Thread.sleep(pauseAfter(Duration.ofNanos(System.nanoTime() - before)));
        }
    }

    private @Nullable RunView read(String dagId) throws InterruptedException {
        try {
            return RunView.of(api.get("/v1/dags/" + dagId));
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
        Duration pause = reading.multipliedBy(PAUSE_PER_READING);
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE;
        }
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
}
