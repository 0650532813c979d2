package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.Program;
import io.agentorchestrator.cli.stack.StackLayout;
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
 */
record JavaProgram(String name, String module, String mainClass, String heap, List<String> arguments) {
    /**
     * Two cores and many neighbours: a small collector, no limping on after the heap ran out, and an archive of loaded classes
     * that the JVM writes when it first ends and that saves a third of later starts.
     */
    private static final List<String> COMMON_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+AutoCreateSharedArchive",
            "-Xlog:cds=off,aot=off",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8");

    /**
     * Half of the cores run the virtual threads of an agent: there are many processes that want them, and to wake a second carrier for a
     * moment's work costs more than the work. Measured with agents at 1,000 tasks/s: 19 % of a core instead of 28.
     */
    private static final int CARRIERS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    Program in(StackLayout layout, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.addAll(COMMON_FLAGS);
        if (module.equals("agents")) {
            command.add("-Djdk.virtualThreadScheduler.parallelism=" + CARRIERS);
            command.add(
                    "-XX:TieredStopAtLevel=1"); // little code, soon warm; the other compiler is worth its time in api
            // and worker only
        }
        command.add("-XX:SharedArchiveFile=" + layout.applications().resolve(name + ".jsa"));
        command.add("-Xmx" + heap);
        command.add("@" + ApplicationJars.argumentFile(layout, module));
        command.add(mainClass);
        command.addAll(arguments);
        Program program = new Program(command, environment, layout.home());
        return module.equals("api") ? program : program.givingWay();
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
