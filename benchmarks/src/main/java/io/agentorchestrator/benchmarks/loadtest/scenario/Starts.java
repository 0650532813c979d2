package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.outcome.TaskApi;
import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.failure.CliFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The moments at which attempts of tasks started.
 *
 * @param micros of the epoch, ascending
 */
record Starts(long[] micros) {
    /** Reads each start of the tasks of a log, which have ended: those that took several attempts started as often. */
    static Starts of(TaskApi tasks, TaskLog log) throws IOException, InterruptedException {
        LongStream.Builder starts = LongStream.builder();
        for (int place = 0; place < log.size(); place++) {
            if (log.attempts(place) == 1) {
                starts.add(log.startedMicros(place));
                continue;
            }
            Answers.Task task = tasks.task(log.id(place))
                    .orElseThrow(() -> new CliFailure("The API does not know a task that it has accepted."));
            for (Answers.Attempt attempt : Objects.requireNonNullElse(task.attempts(), List.<Answers.Attempt>of())) {
                if (attempt.startedAt() != null) {
                    starts.add(TaskLog.micros(Instant.parse(attempt.startedAt())));
                }
            }
        }
        return new Starts(starts.build().sorted().toArray());
    }

    /** Counts those that lie in the fullest stretch of this length, its beginning included and its end not, wherever that begins. */
    int mostWithin(Duration length) {
        long stretch = length.toNanos() / 1_000;
        int most = 0;
        int first = 0;
        for (int last = 0; last < micros.length; last++) {
            while (micros[last] - micros[first] >= stretch) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /** The time from the first to the last. */
    Duration span() {
        return micros.length == 0 ? Duration.ZERO : Duration.ofNanos(1_000 * (micros[micros.length - 1] - micros[0]));
    }

    /** Counts those of each stretch of this length from the first on. */
    List<Integer> perStretch(Duration length) {
        long stretch = length.toNanos() / 1_000;
        int stretches = micros.length == 0 ? 0 : (int) ((micros[micros.length - 1] - micros[0]) / stretch) + 1;
        int[] counts = new int[stretches];
        Arrays.stream(micros).forEach(start -> counts[(int) ((start - micros[0]) / stretch)]++);
        return Arrays.stream(counts).boxed().toList();
    }
}
