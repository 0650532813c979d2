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
     * Two cores and many neighbours: a small collector, the quick compiler alone, no limping on after the heap ran out, and
     * an archive of loaded classes that the JVM writes when it first ends and that saves a third of later starts.
     */
    private static final List<String> COMMON_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:TieredStopAtLevel=1",
            "-XX:+AutoCreateSharedArchive",
            "-Xlog:cds=off,aot=off",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8");

    Program in(StackLayout layout, Map<String, String> environment) {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        command.addAll(COMMON_FLAGS);
        command.add("-XX:SharedArchiveFile=" + layout.applications().resolve(name + ".jsa"));
        command.add("-Xmx" + heap);
        command.add("@" + ApplicationJars.argumentFile(layout, module));
        command.add(mainClass);
        command.addAll(arguments);
        return new Program(command, environment, layout.home());
    }

    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
