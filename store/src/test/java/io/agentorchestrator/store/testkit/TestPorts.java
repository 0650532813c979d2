package io.agentorchestrator.store.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers of tests: below those that Linux gives connections by itself, so that none takes one before its server does. */
public final class TestPorts {
    private static final int FIRST = 15_000;
    private static final int BEHIND_LAST = 32_000;
    private static final int MAX_TRIES = 1_000;

    private TestPorts() {}

    /** A port of the loopback interface that nobody listens on; any in the range, since tests run side by side. */
    public static int free() {
        return ThreadLocalRandom.current()
                .ints(MAX_TRIES, FIRST, BEHIND_LAST)
                .filter(TestPorts::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
