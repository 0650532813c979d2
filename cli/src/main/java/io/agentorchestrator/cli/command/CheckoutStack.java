package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StateFiles;
import io.agentorchestrator.cli.supervise.HttpProbe;
import io.agentorchestrator.cli.supervise.StackDefinition;
import io.agentorchestrator.cli.supervise.StackLauncher;
import io.agentorchestrator.cli.supervise.StackStopper;
import java.io.IOException;

/**
 * This checkout's stack, as it runs or would be started.
 *
 * @param ours whether it runs; what answers where it would be may be another's all the same
 */
public record CheckoutStack(Invocation invocation, boolean ours, StackSettings settings) {
    /**
     * Looks for it.
     *
     * @param ports where it would be started
     * @param tuned whether it would be started for load
     */
    public static CheckoutStack of(Invocation invocation, Ports ports, boolean tuned) {
        boolean ours = new StackStopper(invocation.layout()).supervisor().isPresent();
        StackSettings asked = StackSettings.of(ports, invocation.environment(), tuned);
        return new CheckoutStack(
                invocation,
                ours,
                ours ? StateFiles.settings(invocation.layout()).orElse(asked) : asked);
    }

    /** The API where it is or would be. */
    public ApiClient api() {
        return new ApiClient(settings.ports().apiUrl(), settings.upCommand());
    }

    /** Tells whether an API answers there and is ready. */
    public boolean answers() throws InterruptedException {
        return new HttpProbe().ok(settings.ports().apiUrl() + StackDefinition.READINESS);
    }

    /** Starts it and waits until it is ready. */
    public void start() throws IOException, InterruptedException {
        invocation.out().println("No API answers at " + settings.ports().apiUrl() + "; starting the stack.");
        StackLauncher launcher = new StackLauncher(invocation.layout(), invocation.out()::println);
        launcher.start(settings);
        launcher.awaitReady();
        invocation.out().println("The stack is ready and stays up until ./orchestrator down.");
    }
}
