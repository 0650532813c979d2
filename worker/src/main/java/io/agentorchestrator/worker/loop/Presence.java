package io.agentorchestrator.worker.loop;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/** Says in the log that somebody went away, and that they are back: one line each, however often we try. Thread-safe. */
public final class Presence {
    private final Logger log;
    private final String who;
    private final AtomicBoolean there = new AtomicBoolean(true);

    /**
     * Takes them to be there at first.
     *
     * @param who subject of the line, such as "the store"
     */
    public Presence(Logger log, String who) {
        this.log = log;
        this.who = who;
    }

    public void there() {
        if (there.compareAndSet(false, true)) {
            log.info("{} is there again", who);
        }
    }

    /**
     * Notes that they are away.
     *
     * @param what is not done meanwhile
     */
    public void away(String what, String why) {
        if (there.compareAndSet(true, false)) {
            log.warn("{} until {} is there again: {}", what, who, why);
        }
    }
}
