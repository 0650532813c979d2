package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.console.ConsoleTable;
import io.agentorchestrator.cli.process.LogFile;
import io.agentorchestrator.cli.stack.ComponentState;
import io.agentorchestrator.cli.stack.ComponentStatus;
import io.agentorchestrator.cli.stack.StackStatus;
import io.agentorchestrator.cli.stack.StateFiles;
import io.agentorchestrator.cli.supervise.StackView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Shows every component of the embedded stack; exit 0 only if all are up.")
final class StatusCommand extends Verb {
    private static final int TAIL_LINES = 8;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    StatusCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    public Integer call() {
        StackStatus status = StackView.of(invocation.layout());
        if (json) {
            invocation.out().printMessage(StateFiles.pretty(status));
        } else {
            print(status);
        }
        return status.up() ? 0 : 1;
    }

    private void print(StackStatus status) {
        ConsoleTable table = new ConsoleTable("COMPONENT", "STATE", "PID", "PORT", "UPTIME", "RESTARTS", "URL");
        for (ComponentStatus each : status.components()) {
            table.add(
                    each.name().id(),
                    each.state().name().toLowerCase(Locale.ROOT),
                    each.pid(),
                    each.port(),
                    uptime(each.since()),
                    each.restarts(),
                    Objects.toString(each.url(), ""));
        }
        invocation.print(table);
        // Orphans share one message; it is told once.
        Map<String, String> byMessage = status.components().stream()
                .filter(each -> each.message() != null)
                .collect(Collectors.groupingBy(
                        each -> Objects.toString(each.message()),
                        LinkedHashMap::new,
                        Collectors.mapping(each -> each.name().id(), Collectors.joining(", "))));
        byMessage.forEach((message, names) -> {
            say("");
            say(names + ": " + message);
        });
        status.failed().forEach(this::printTail);
        if (status.components().stream().allMatch(each -> each.state() == ComponentState.STOPPED)) {
            say("");
            say("The stack is down; bring it back with " + invocation.upCommand());
        }
    }

    private void printTail(ComponentStatus failed) {
        Path log = invocation.layout().log(failed.name());
        new LogFile(log).quoted(TAIL_LINES).forEach(this::say);
    }

    private static String uptime(@Nullable Instant since) {
        if (since == null) {
            return "-";
        }
        // Not negative, though the clock was set back.
        Duration up = Collections.max(List.of(Duration.ZERO, Duration.between(since, Instant.now())));
        return String.format(Locale.ROOT, "%d:%02d:%02d", up.toHours(), up.toMinutesPart(), up.toSecondsPart());
    }
}
