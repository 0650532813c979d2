package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.supervise.StackLauncher;
import io.agentorchestrator.cli.supervise.StackStopper;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(description = "Starts the embedded stack: PostgreSQL, Redis, Temporal, api, worker, agents.")
final class UpCommand extends Verb {
    @Option(
            names = "--detach",
            description = "Returns as soon as the stack is ready; without it, Ctrl-C stops the stack.")
    private boolean detach;

    @Option(
            names = "--tuned",
            description =
                    "For load on a small machine: compilers have low priority, and tables' pages are written each second.")
    private boolean tuned;

    @Mixin
    private PortOptions ports = new PortOptions();

    UpCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() throws Exception {
        StackSettings settings = StackSettings.of(ports.ports(), invocation.environment(), tuned);
        StackLauncher launcher = new StackLauncher(invocation.layout(), invocation.out()::println);
        launcher.start(settings);
        if (!detach) {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
        }
        launcher.awaitReady();
        announce(settings);
        if (detach) {
            say("It stays up until ./orchestrator down.");
            return 0;
        }
        say("Ctrl-C stops it.");
        launcher.watch();
        return 0;
    }

    private void announce(StackSettings settings) {
        Ports used = settings.ports();
        String ui = settings.temporalUi();
        say("");
        say("The stack is ready.");
        say("  REST API   " + used.apiUrl() + "  (Swagger UI: " + used.apiUrl() + "/swagger-ui.html)");
        if (ui != null) {
            say("  Temporal   " + ui);
        }
        say("  Logs       " + invocation.layout().logs());
    }

    private void stop() {
        try {
            new StackStopper(invocation.layout()).stop(invocation.out()::tell);
            invocation.out().tell("Stopped. Its data stays for the next `up`.");
        } catch (IOException e) {
            invocation.err().println("Not all could be stopped (" + e.getMessage() + "): run ./orchestrator down.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
