package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.Console;
import io.agentorchestrator.cli.console.ConsoleTable;
import io.agentorchestrator.cli.progress.LiveProgress;
import io.agentorchestrator.cli.progress.OutcomeReport;
import io.agentorchestrator.cli.progress.PlainProgress;
import io.agentorchestrator.cli.progress.ProgressDisplay;
import io.agentorchestrator.cli.progress.TaskDescription;
import io.agentorchestrator.cli.stack.Ports;
import io.agentorchestrator.cli.stack.StackLayout;
import io.agentorchestrator.cli.stack.StackSettings;
import io.agentorchestrator.cli.stack.StateFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a verb takes from the process that it runs in.
 *
 * @param directory where the user stands
 * @param terminal whether the output is a terminal, as the launching script saw it
 */
public record Invocation(
        StackLayout layout,
        Path directory,
        Map<String, String> environment,
        boolean terminal,
        InputStream in,
        Console out,
        Console err) {
    private static final String API_VARIABLE = "ORCHESTRATOR_API";
    private static final int MAX_WARNINGS = 20;

    /** Copies the environment. */
    public Invocation {
        environment = Map.copyOf(environment);
    }

    /** This very process. */
    public static Invocation ofThisProcess() {
        Path directory = Path.of("").toAbsolutePath();
        String home = System.getProperty("orchestrator.home");
        return new Invocation(
                StackLayout.of(home == null ? directory : Path.of(home)),
                directory,
                System.getenv(),
                Boolean.getBoolean("orchestrator.terminal"),
                System.in,
                // Not System.out, which forgets what it could not write.
                Console.ofOutput(new FileOutputStream(FileDescriptor.out)),
                Console.ofErrors(new FileOutputStream(FileDescriptor.err)));
    }

    /** The API that the user named, by option or environment. */
    public Optional<String> namedApi(String option) {
        if (!option.isBlank()) {
            return Optional.of(option);
        }
        return Optional.ofNullable(environment.get(API_VARIABLE)).filter(url -> !url.isBlank());
    }

    /** The API to talk to: the one named, that of this checkout's stack, or the usual place. */
    ApiClient api(String option) {
        Optional<StackSettings> settings = StateFiles.settings(layout);
        String ours = settings.map(StackSettings::ports).orElse(Ports.DEFAULT).apiUrl();
        String url = namedApi(option).orElse(ours);
        boolean isOurs = url.replace("//localhost:", "//127.0.0.1:").equals(ours) || url.equals(ours + "/");
        return new ApiClient(url, isOurs ? upCommand() : ApiClient.UP_COMMAND);
    }

    /** The command that starts the stack of this checkout as it was started last. */
    String upCommand() {
        return StateFiles.settings(layout).map(StackSettings::upCommand).orElse(ApiClient.UP_COMMAND);
    }

    /** Passes on what the API answered, for programs: to the byte, but that a person's prompt gets a line of its own. */
    void pass(ApiAnswer answer) {
        pass(answer.body());
    }

    /** Passes on the body of an answer likewise. */
    void pass(byte[] body) {
        out.pass(body);
        if (terminal) {
            out.println("");
        }
    }

    /** The columns that a line for people may have; as many as one likes where the output is no terminal. */
    int columns() {
        return terminal ? new TerminalSize().get().columns() : Integer.MAX_VALUE;
    }

    /** Says what the API finds odd in something that it accepted: beside the output, which is for what was asked. */
    void warn(List<Answers.Warning> warnings) {
        warnings.stream()
                .limit(MAX_WARNINGS)
                .forEach(warning -> err.println(
                        "Warning %s at %s: %s".formatted(warning.code(), warning.pointer(), warning.message())));
        if (warnings.size() > MAX_WARNINGS) {
            err.println("… and " + (warnings.size() - MAX_WARNINGS) + " more warnings (--json has them)");
        }
    }

    /** Prints a table, as wide as this output can show it. */
    void print(ConsoleTable table) {
        table.lines(columns()).forEach(out::println);
    }

    /** Reports of runs as this output can show them. */
    OutcomeReport report() {
        return new OutcomeReport(Clock.systemUTC(), columns());
    }

    /** Descriptions of tasks as this output can show them. */
    TaskDescription taskDescription() {
        return new TaskDescription(Clock.systemUTC(), columns());
    }

    /** Progress as this output can show it; without colours as of no-color.org. */
    ProgressDisplay progress() {
        boolean plain = !terminal || environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean coloured = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return plain
                ? new PlainProgress(out, Clock.systemUTC())
                : new LiveProgress(out, coloured, Clock.systemUTC(), new TerminalSize());
    }
}
