package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.process.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Terminals of a tmux server of our own, which ends with this. Thread-safe. */
final class Tmux implements AutoCloseable {
    private static final int ROWS = 100;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final String socket = "orchestrator-test-" + ProcessHandle.current().pid();
    private final AtomicInteger opened = new AtomicInteger();

    /** Starts the server, with a terminal that keeps it alive. */
    Tmux() throws InterruptedException {
        tmux("new-session", "-d", "-s", "keeper", "sleep 600");
        tmux("set-option", "-g", "status", "off");
    }

    static boolean isInstalled() throws InterruptedException {
        return Command.run(LIMIT, List.of("tmux", "-V")).succeeded();
    }

    /** Opens a terminal in which a shell script runs. */
    Pane open(int columns, Path script) throws InterruptedException {
        String name = "pane" + opened.incrementAndGet();
        String size = Integer.toString(columns);
        tmux("new-session", "-d", "-s", name, "-x", size, "-y", Integer.toString(ROWS), "exec sh '" + script + "'");
        return new Pane(name);
    }

    private String tmux(String... words) throws InterruptedException {
        List<String> command = Stream.concat(Stream.of("tmux", "-u", "-L", socket, "-f", "/dev/null"), Stream.of(words))
                .toList();
        Command.Result result = Command.run(LIMIT, command);
        assertThat(result.succeeded()).as(command + ": " + result.output()).isTrue();
        return result.output();
    }

    @Override
    public void close() {
        end("kill-server");
    }

    private void end(String... words) {
        try {
            tmux(words);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One terminal; closing it ends what runs there. */
    final class Pane implements AutoCloseable {
        private final String name;

        private Pane(String name) {
            this.name = name;
        }

        /** What stands on it, with what has rolled out of sight, and without the blank rows at its end. */
        String capture() throws InterruptedException {
            return tmux("capture-pane", "-p", "-S", "-", "-t", name).stripTrailing() + "\n";
        }

        /** Likewise, with the sequences of its colours. */
        String captureColours() throws InterruptedException {
            return tmux("capture-pane", "-p", "-e", "-S", "-", "-t", name).stripTrailing() + "\n";
        }

        /** What stands on it once that has a text and does not change any more, but for what is taken out of it. */
        String await(String text, UnaryOperator<String> steady) {
            String[] seen = {"", ""};
            Awaitility.await(text).atMost(LIMIT).pollInterval(LOOK_EVERY).until(() -> {
                seen[0] = seen[1];
                seen[1] = steady.apply(capture());
                return seen[1].contains(text) && seen[1].equals(seen[0]);
            });
            return seen[1];
        }

        @Override
        public void close() {
            end("kill-session", "-t", name);
        }
    }
}
