package io.agentorchestrator.cli.supervise;

/**
 * The finding of one look at a running component.
 *
 * @param verdict in a word
 * @param detail what is so, and what to do about it; empty where it is ready
 */
record Health(Verdict verdict, String detail) {
    /** It does its work. */
    static final Health READY = new Health(Verdict.READY, "");

    /** The kinds of findings. */
    enum Verdict {
        /** It does its work. */
        READY,
        /** It does not. */
        UNREADY,
        /** This cannot be told, because another component does not tell. */
        UNKNOWN
    }

    /** A component that answers or does not. */
    static Health answering(boolean answers, long pid) {
        return answers
                ? READY
                : unready("runs but does not answer; if it stays so, end it with kill -KILL %d: it is started anew"
                        .formatted(pid));
    }

    /** A component that does not do its work. */
    static Health unready(String detail) {
        return new Health(Verdict.UNREADY, detail);
    }

    /** A component of which another one would have to tell. */
    static Health unknown(String detail) {
        return new Health(Verdict.UNKNOWN, detail);
    }
}
