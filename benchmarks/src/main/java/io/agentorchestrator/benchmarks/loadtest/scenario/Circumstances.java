package io.agentorchestrator.benchmarks.loadtest.scenario;

import io.agentorchestrator.benchmarks.loadtest.report.ReportTable;
import io.agentorchestrator.cli.process.Command;
import io.agentorchestrator.cli.supervise.HttpProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine and the versions of what is under test, as each of it tells; what does not tell is unknown. */
final class Circumstances {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String UNKNOWN = "unknown";

    private Circumstances() {}

    static List<ReportTable> of(Target target) throws InterruptedException {
        String home = target.layout().home().toString();
        String commit = output("git", "-C", home, "rev-parse", "--short=12", "HEAD");
        String changes = output("git", "-C", home, "status", "--porcelain", "--untracked-files=no");
        String product = Circumstances.class.getPackage().getImplementationVersion();
        String ui = target.settings().temporalUi();
        return List.of(
                ReportTable.of(
                        "Machine",
                        "processor",
                        first("model name.*?: (.*)", read("/proc/cpuinfo"), System.getProperty("os.arch", UNKNOWN)),
                        "cores",
                        Runtime.getRuntime().availableProcessors(),
                        "memory",
                        first("MemTotal: *(.*)", read("/proc/meminfo"), UNKNOWN),
                        "load average",
                        first("(.+)", read("/proc/loadavg"), UNKNOWN),
                        "system",
                        System.getProperty("os.name") + " " + System.getProperty("os.version"),
                        "Java",
                        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")),
                ReportTable.of(
                        "Versions",
                        "Agent Orchestrator",
                        product == null ? "0.1.0-SNAPSHOT" : product,
                        "commit",
                        commit.isEmpty() ? UNKNOWN : commit + (changes.isEmpty() ? "" : ", with changes"),
                        "stack",
                        target.settings().tuned() ? "up --tuned" : "up",
                        // Of the program that the stack runs; others than the product itself do not ask the server.
                        "PostgreSQL",
                        first(
                                "\\(PostgreSQL\\) (\\S+)",
                                output(target.postgres().program().toString(), "--version"),
                                UNKNOWN),
                        "Redis",
                        first(
                                "redis_version:(\\S+)",
                                redis(target.settings().ports().redis()),
                                UNKNOWN),
                        "Temporal",
                        first(
                                "\"serverVersion\"\\s*:\\s*\"([^\"]+)\"",
                                ui == null
                                        ? ""
                                        : new HttpProbe()
                                                .body(ui + "/api/v1/cluster-info")
                                                .orElse(""),
                                UNKNOWN)));
    }

    private static String first(String pattern, String text, String otherwise) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1).strip() : otherwise;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException otherSystem) {
            return "";
        }
    }

    private static String output(String... command) throws InterruptedException {
        Command.Result result = Command.run(LIMIT, List.of(command));
        return result.succeeded() ? result.output().strip() : "";
    }

    private static String redis(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException away) {
            return "";
        }
    }
}
