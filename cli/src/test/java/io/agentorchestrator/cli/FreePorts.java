package io.agentorchestrator.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers of tests: below the range from which connections take their own, so that the port of a server that is not up yet, or
 * dead for a while, is free when it comes.
 */
public final class FreePorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int MAX_TRIES = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** A port that nobody listens on, and that this process has not been given yet. */
    public static int next() {
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (ServerSocket _ = new ServerSocket(port)) {
                if (GIVEN.add(port)) {
                    return port;
                }
            } catch (IOException taken) {
                // the next one, then
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
