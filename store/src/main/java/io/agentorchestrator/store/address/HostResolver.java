package io.agentorchestrator.store.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the IP addresses of a host, of which there is at least one. */
@FunctionalInterface
public interface HostResolver {
    /** Longer than a resolver takes that answers. */
    Duration LIMIT = Duration.ofSeconds(2);

    List<InetAddress> resolve(String host) throws UnknownHostException;

    /** The machine's own resolver, for a bounded time. */
    static HostResolver ofSystem() {
        return host -> {
            CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
            Thread.ofVirtual().name("resolve").start(() -> {
                try {
                    answer.complete(List.of(InetAddress.getAllByName(host)));
                } catch (UnknownHostException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
            try {
                return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                throw new UnknownHostException(host + ": no answer within " + LIMIT.toSeconds() + " s");
            } catch (ExecutionException e) {
                throw unknown(host, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw unknown(host, e);
            }
        };
    }

    private static UnknownHostException unknown(String host, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        return unknown;
    }
}
