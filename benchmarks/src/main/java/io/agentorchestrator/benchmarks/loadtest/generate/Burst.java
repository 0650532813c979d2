package io.agentorchestrator.benchmarks.loadtest.generate;

import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Accepted;
import io.agentorchestrator.benchmarks.loadtest.generate.Acknowledgement.Refused;
import io.agentorchestrator.benchmarks.loadtest.workload.Request;
import io.agentorchestrator.cli.failure.CliFailure;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Requests that are sent as fast as some clients can, each the next as soon as it has an answer. */
public final class Burst {
    private Burst() {}

    /**
     * The requests that were sent, and their answers.
     *
     * @param begunAt before the first request
     * @param tasks that were accepted
     * @param refusals the kind of each request that was refused
     */
    public record Sent(Instant begunAt, List<UUID> tasks, List<String> refusals) {}

    /** Sends all of them and waits for the answers; throws if one is refused. */
    public static Sent send(String apiUrl, List<Request> requests, int clients) {
        Sent sent = offer(apiUrl, requests, clients);
        if (!sent.refusals().isEmpty()) {
            throw new CliFailure(sent.refusals().size() + " of " + requests.size()
                    + " requests were refused, the first by " + sent.refusals().getFirst()
                    + "; see the log of the api.");
        }
        return sent;
    }

    /** Sends all of them and waits for the answers, whatever they are. */
    public static Sent offer(String apiUrl, List<Request> requests, int clients) {
        Queue<Request> left = new ConcurrentLinkedQueue<>(requests);
        Queue<UUID> tasks = new ConcurrentLinkedQueue<>();
        Queue<String> refusals = new ConcurrentLinkedQueue<>();
        Instant begunAt = Instant.now();
        try (Sender sender = new Sender(apiUrl);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int client = 0; client < clients; client++) {
                threads.execute(() -> {
                    for (Request next = left.poll(); next != null; next = left.poll()) {
                        switch (sender.send(next, null)) {
                            case Accepted(List<UUID> ids) -> tasks.addAll(ids);
                            case Refused refused -> refusals.add(refused.kind());
                        }
                    }
                });
            }
        }
        return new Sent(begunAt, List.copyOf(tasks), List.copyOf(refusals));
    }
}
