package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.generate.OpenLoop;
import io.agentorchestrator.benchmarks.loadtest.generate.TaskLog;
import io.agentorchestrator.benchmarks.loadtest.measure.Sampler;
import io.agentorchestrator.benchmarks.loadtest.report.Figures;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Tells every few seconds how a run goes. Thread-safe but for {@link #show}, which one thread calls. */
final class ProgressLog {
    private final Target target;
    private final OpenLoop loop;
    private final TaskLog log;
    private final Instant start;
    private final Duration every;
    private Instant next;
    private volatile boolean ended;

    ProgressLog(Target target, OpenLoop loop, TaskLog log, Instant start, Duration every) {
        this.target = target;
        this.loop = loop;
        this.log = log;
        this.start = start;
        this.every = every;
        this.next = start.plus(every);
    }

    /** Tells no more. */
    void end() {
        ended = true;
    }

    void show(Sampler.Sample sample) {
        if (ended || sample.at().isBefore(next)) {
            return;
        }
        next = sample.at().plus(every);
        target.told()
                .accept(String.format(
                        Locale.ROOT,
                        "%5d s  offered %s  acknowledged %s  refused %s  unanswered %s  running %s  queued %s",
                        Duration.between(start, sample.at()).toSeconds(),
                        Figures.count(loop.offered()),
                        Figures.count(log.size()),
                        Figures.count(loop.refused().total()),
                        Figures.count(loop.outstanding()),
                        Figures.count(sample.running()),
                        Figures.count(sample.queued())));
    }
}
