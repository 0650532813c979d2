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
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine and the versions of what is under test, as each of it tells; what does not tell is unknown. */
final class Circumstances {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String UNKNOWN = "unknown";
    private static final Pattern POSTGRES = Pattern.compile("\\(PostgreSQL\\) (\\S+)");
    private static final Pattern REDIS = Pattern.compile("redis_version:(\\S+)");
    private static final Pattern TEMPORAL = Pattern.compile("\"serverVersion\"\\s*:\\s*\"([^\"]+)\"");

    private Circumstances() {}

    static List<ReportTable> of(Target target) throws InterruptedException {
        String commit = git(target, "rev-parse", "--short=12", "HEAD");
        boolean changed =
                !git(target, "status", "--porcelain", "--untracked-files=no").isEmpty();
        String product = Circumstances.class.getPackage().getImplementationVersion();
        return List.of(
                ReportTable.of(
                        "Machine",
                        "processor",
                        first("/proc/cpuinfo", "model name.*?: (.*)", System.getProperty("os.arch", UNKNOWN)),
                        "cores",
                        Integer.toString(Runtime.getRuntime().availableProcessors()),
                        "memory",
                        first("/proc/meminfo", "MemTotal: *(.*)", UNKNOWN),
                        "load average",
                        first("/proc/loadavg", "(.*)", UNKNOWN),
                        "system",
                        System.getProperty("os.name") + " " + System.getProperty("os.version"),
                        "Java",
                        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version")),
                ReportTable.of(
                        "Versions",
                        "Agent Orchestrator",
                        product == null ? "0.1.0-SNAPSHOT" : product,
                        "commit",
                        commit.isEmpty() ? UNKNOWN : commit + (changed ? ", with changes" : ""),
                        "stack",
                        target.settings().tuned() ? "up --tuned" : "up",
                        "PostgreSQL",
                        postgres(target),
                        "Redis",
                        redis(target.settings().ports().redis()),
                        "Temporal",
                        temporal(target)));
    }

    private static String first(String file, String pattern, String otherwise) {
        try {
            Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of(file)));
            return matcher.find() ? matcher.group(1).strip() : otherwise;
        } catch (IOException otherSystem) {
            return otherwise;
        }
    }

    private static String git(Target target, String... arguments) throws InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("git", "-C", target.layout().home().toString()));
        command.addAll(List.of(arguments));
        Command.Result result = Command.run(LIMIT, command);
        return result.succeeded() ? result.output().strip() : "";
    }

    /** Of the program that the stack runs; others than the product itself do not ask the server. */
    private static String postgres(Target target) throws InterruptedException {
        Path program = target.postgres().program();
        Command.Result result = Command.run(LIMIT, List.of(program.toString(), "--version"));
        return result.succeeded() ? first(POSTGRES, result.output()) : UNKNOWN;
    }

    private static String redis(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) LIMIT.toMillis());
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write("INFO server\r\nQUIT\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return first(REDIS, answer);
        } catch (IOException away) {
            return UNKNOWN;
        }
    }

    private static String temporal(Target target) throws InterruptedException {
        String ui = target.settings().temporalUi();
        return ui == null
                ? UNKNOWN
                : first(
                        TEMPORAL,
                        new HttpProbe().body(ui + "/api/v1/cluster-info").orElse(""));
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : UNKNOWN;
    }
}
