package io.agentorchestrator.cli.supervise;

import io.agentorchestrator.cli.process.Command;
import io.agentorchestrator.cli.process.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The better of a JVM's two compilers, which takes whole cores for the first minutes of a life: in {@code api} and {@code worker} together both
 * of a small machine's. It gives way to those who do the work with what the quicker one made; measured on two cores, right after a start:
 * 700 tasks/s held, instead of 100. The JVM's own switch would slow the quicker compiler down too, and then everything is interpreted.
 */
final class OptimizingCompiler {
    /** All of its threads are there from the start. */
    static final String FLAG = "-XX:-UseDynamicNumberOfCompilerThreads";

    private static final Logger LOG = LoggerFactory.getLogger(OptimizingCompiler.class);
    /** As the kernel shows them. */
    private static final String THREAD_NAME = "C2 CompilerThre";

    private static final int NICENESS = 10;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(10);

    private OptimizingCompiler() {}

    /** Lowers its priority in a process that has just been started; does nothing where the system has no way to. */
    static void giveWay(long pid) {
        Path threads = Path.of("/proc", Long.toString(pid), "task");
        Thread.ofVirtual().name("compiler-of-" + pid).start(() -> {
            try {
                List<String> command = new ArrayList<>(List.of("renice", "-n", Integer.toString(NICENESS), "-p"));
                int words = command.size();
                boolean found = Patience.until(LIMIT, () -> {
                    command.addAll(compilers(threads));
                    return command.size() > words;
                });
                if (found) {
                    LOG.debug("{}: {}", command, Command.run(COMMAND_LIMIT, command));
                }
            } catch (IOException noProc) {
                LOG.debug("the compiler of {} keeps its priority", pid, noProc);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static List<String> compilers(Path threads) throws IOException {
        try (Stream<Path> all = Files.list(threads)) {
            return all.filter(OptimizingCompiler::isCompiler)
                    .map(thread -> thread.getFileName().toString())
                    .toList();
        }
    }

    private static boolean isCompiler(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip().equals(THREAD_NAME);
        } catch (IOException ended) {
            return false;
        }
    }
}
