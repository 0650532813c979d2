package io.agentorchestrator.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
    private static final Path PAGES = Path.of("help");

    @TempDir
    private Path directory;

    @Test
    void everyPageSaysWhatItsCommandSays() throws IOException {
        Map<String, String> pages = new TreeMap<>();
        CommandLine root = OrchestratorCommand.line(Terminal.invocation(directory));
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
        CommandLine root = OrchestratorCommand.line(Terminal.invocation(directory));
        String script = AutoComplete.bash("orchestrator", root);
        Path written = PAGES.resolve("completion.bash");
        if (Boolean.getBoolean("help.write")) {
            Files.writeString(written, script);
        }

        assertThat(written).hasContent(script);
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
