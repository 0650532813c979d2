package io.agentorchestrator.cli.stack;

import java.util.ArrayList;
import java.util.List;

/** The ports of an embedded stack, all on the loopback interface. */
public record Ports(int api, int worker, int temporal, int temporalUi, int postgres, int redis) {
    /** The ports that are used unless an option says otherwise. */
    public static final Ports DEFAULT = new Ports(8080, 8081, 7233, 8233, 54329, 6379);

    /**
     * One of the ports.
     *
     * @param use what listens there
     * @param option the option that moves it
     */
    public record Assignment(int port, String use, String option) {}

    /** Every port with its use and its option; Temporal's are left out when somebody else runs Temporal. */
    public List<Assignment> assignments(boolean temporalIsOurs) {
        List<Assignment> all = new ArrayList<>();
        all.add(new Assignment(postgres, "PostgreSQL", "--postgres-port"));
        all.add(new Assignment(redis, "Redis", "--redis-port"));
        if (temporalIsOurs) {
            all.add(new Assignment(temporal, "Temporal", "--temporal-port"));
            all.add(new Assignment(temporalUi, "Temporal's Web UI", "--temporal-ui-port"));
        }
        all.add(new Assignment(api, "the API", "--api-port"));
        all.add(new Assignment(worker, "the worker's health endpoint", "--worker-port"));
        return List.copyOf(all);
    }

    /** The API's base URL. */
    public String apiUrl() {
        return "http://127.0.0.1:" + api;
    }

    /** The worker's base URL. */
    public String workerUrl() {
        return "http://127.0.0.1:" + worker;
    }

    /** Temporal's Web UI. */
    public String temporalUiUrl() {
        return "http://127.0.0.1:" + temporalUi;
    }
}
