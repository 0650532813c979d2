package io.agentorchestrator.benchmarks.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.cli.command.Invocation;
import io.agentorchestrator.cli.command.OrchestratorCommand;
import io.agentorchestrator.cli.console.Console;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;
import picocli.CommandLine;

/** The help that {@code ./orchestrator} shows without a build is the help of its commands; {@code -Dhelp.write} writes it anew. */
class HelpPagesTest {
    private static final Path PAGES = Path.of("../cli/help");

    @TempDir
    private Path directory;

    @Test
    void everyPageSaysWhatItsCommandSays() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        CommandLine root = line();
        collect(root, "orchestrator", pages);
        if (Boolean.getBoolean("help.write")) {
            write(pages);
        }

        assertThat(written()).isEqualTo(pages);
        assertThat(pages).hasSizeGreaterThan(20).containsKeys("orchestrator", "submit", "dlq", "dlq.list");
        assertThat(pages.get("submit")).contains("--input-json", "exactly as typed");
    }

    @Test
    void theScriptForShellsCompletesTheCommands() throws IOException {
        CommandLine root = line();
        String script = AutoComplete.bash("orchestrator", root);
        Path written = PAGES.resolve("completion.bash");
        if (Boolean.getBoolean("help.write")) {
            Files.writeString(written, script);
        }

        assertThat(written).hasContent(script);
    }

    private CommandLine line() {
        Invocation invocation = new Invocation(
                StackLayout.of(directory),
                directory,
                Map.of(),
                false,
                InputStream.nullInputStream(),
                Console.ofOutput(OutputStream.nullOutputStream()),
                Console.ofErrors(OutputStream.nullOutputStream()));
        return OrchestratorCommand.line(invocation, new LoadTestCommand(invocation));
    }

    private static void collect(CommandLine line, String name, Map<String, String> pages) {
        if (!line.getCommandSpec().usageMessage().hidden()) {
            pages.put(name, line.getUsageMessage(CommandLine.Help.Ansi.OFF));
        }
        line.getSubcommands()
                .forEach((verb, each) -> collect(each, name.equals("orchestrator") ? verb : name + "." + verb, pages));
    }

    private static Map<String, String> written() throws IOException {
        Map<String, String> written = new TreeMap<>();
        try (Stream<Path> files = Files.list(PAGES)) {
            for (Path file : files.filter(HelpPagesTest::isPage).toList()) {
                written.put(file.getFileName().toString().replace(".txt", ""), Files.readString(file));
            }
        }
        return written;
    }

    private static boolean isPage(Path file) {
        return file.toString().endsWith(".txt");
    }

    private static void write(Map<String, String> pages) throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            for (Path file : files.filter(HelpPagesTest::isPage).toList()) {
                Files.delete(file);
            }
        }
        for (Map.Entry<String, String> page : pages.entrySet()) {
            Files.writeString(PAGES.resolve(page.getKey() + ".txt"), page.getValue());
        }
    }
}
