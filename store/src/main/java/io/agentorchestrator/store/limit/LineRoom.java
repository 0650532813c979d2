package io.agentorchestrator.store.limit;

import io.agentorchestrator.store.limit.LimitReader.Lined;
import java.time.Duration;

/**
 * The number of held tasks of a key and type that are put in line: as many as there is room, less those that have been put in line just now. A claim asks for room
 * anyway, so that more in line than there is room is no more in flight, but work: a claim holds them again.
 *
 * <p>What is in line may stay there: no agent meets its selector or serves its tenant, or all that do are full. So it counts against the room of others for
 * {@link #STALE_AFTER} only. Where it stayed, as many again as stayed lately may be put in line twice over, however little room there is: so a row
 * of tasks that nobody can take, which are better than all others, is passed in a time that grows with the logarithm of its length, and not with the length.
 * What was put in line in the last {@link #STALE_AFTER} counts against that whether it is in line or was held again, so that all that is
 * put in line beyond the room is at most twice what stayed, and nothing goes to and fro: once what is put in line leaves it again, only the room counts.
 */
final class LineRoom {
    /** Time in line after which a task counts no more; one that an agent can take is gone within milliseconds. */
    static final Duration STALE_AFTER = Duration.ofSeconds(3);

    private LineRoom() {}

    /** The tasks to put in line at most, for which there is so much room; of no room, none. */
    static int most(int room, Lined lined) {
        if (room <= 0) {
            return 0;
        }
        return Math.max(0, Math.max(room - lined.inLine(), 2 * lined.stale() - lined.put()));
    }
}
