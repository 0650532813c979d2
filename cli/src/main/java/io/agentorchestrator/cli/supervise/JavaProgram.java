package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.stack.StackLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of our own main classes, run on the JDK that runs us.
 *
 * @param name of its archive of classes, which no two living processes share
 * @param module whose class path it needs
 * @param heap the largest heap, as in {@code -Xmx}
 * @param tuned whether its optimizing compiler gives way to others
 */
record JavaProgram(String name, String module, String mainClass, String heap, List<String> arguments, boolean tuned) {
    /** Flags for all our JVMs in place of what the stack would choose: compilers and caches. */
    static final String FLAGS_VARIABLE = "ORCHESTRATOR_JVM_FLAGS";

    /** Two cores and many neighbours: a small collector, and no limping on after the heap ran out. */
    private static final List<String> COMMON_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xlog:cds=off,aot=off",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8");

    /** Little code, soon warm: the better compiler is worth its time in api and worker only. */
    private static final String QUICK_COMPILER = "-XX:TieredStopAtLevel=1";

    /**
     * Half of the cores run the virtual threads of an agent: there are many processes that want them, and to wake a second carrier for a
     * moment's work costs more than the work. Measured with agents at 1,000 tasks/s: 19 % of a core instead of 28.
     */
    private static final int CARRIERS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    /** Agents of a kind, with the options of that kind. */
    static JavaProgram agents(String name, String heap, String... arguments) {
        return new JavaProgram(
                name, "agents", "io.agentorchestrator.agents.AgentsMain", heap, List.of(arguments), false);
    }

    Program in(StackLayout layout, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.addAll(COMMON_FLAGS);
        if (isAgent()) {
            command.add("-Djdk.virtualThreadScheduler.parallelism=" + CARRIERS);
        }
        command.addAll(compilerFlags(layout));
        command.add("-Xmx" + heap);
        command.add("@" + ApplicationJars.argumentFile(layout, module));
        command.add(mainClass);
        command.addAll(arguments);
        Program program = new Program(command, environment, layout.home());
        return module.equals("api") ? program.apart() : program.givingWay();
    }

    /** Tells whether the process, told to end, goes on for a while to write the cache for its next start. */
    boolean writesCache(StackLayout layout) throws IOException {
        return !isAgent() && flagsOfUser().isEmpty() && !cache(layout).isThere();
    }

    private List<String> compilerFlags(StackLayout layout) throws IOException {
        List<String> wanted = flagsOfUser();
        if (!wanted.isEmpty()) {
            return wanted;
        }
        if (isAgent()) {
            Path archive = ApplicationJars.directory(layout, module).resolve(name + ".jsa");
            return List.of(QUICK_COMPILER, "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive);
        }
        String flag = cache(layout).flag();
        return tuned ? List.of(flag, OptimizingCompiler.FLAG) : List.of(flag);
    }

    private AotCache cache(StackLayout layout) {
        return AotCache.of(ApplicationJars.directory(layout, module), name);
    }

    private boolean isAgent() {
        return module.equals("agents");
    }

    private static List<String> flagsOfUser() {
        String flags = System.getenv().getOrDefault(FLAGS_VARIABLE, "").strip();
        return flags.isEmpty() ? List.of() : List.of(flags.split("\\s+"));
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
