package io.agentorchestrator.cli.stack;

import java.nio.file.Path;

/**
 * The files and directories of one checkout.
 *
 * @param home the checkout
 * @param state everything that the stack writes, {@code .orchestrator} of the checkout
 */
public record StackLayout(Path home, Path state) {
    /** The layout of a checkout. */
    public static StackLayout of(Path home) {
        Path absolute = home.toAbsolutePath().normalize();
        return new StackLayout(absolute, absolute.resolve(".orchestrator"));
    }

    /** The directory of all that must outlive {@code down}: databases, ledgers, reports. */
    public Path data() {
        return state.resolve("data");
    }

    /** One log per component. */
    public Path logs() {
        return state.resolve("logs");
    }

    /** One file per living process. */
    public Path pids() {
        return state.resolve("pids");
    }

    /** Programs that were fetched or unpacked. */
    public Path programs() {
        return state.resolve("bin");
    }

    /** Our own jars as they were when the stack started, so that a build does not pull them from under it. */
    public Path applications() {
        return state.resolve("app");
    }

    /** The settings that the running stack was started with. */
    public Path settingsFile() {
        return state.resolve("stack.json");
    }

    /** The supervisor's latest view. */
    public Path statusFile() {
        return state.resolve("status.json");
    }

    /** Held by the supervisor while it lives. */
    public Path supervisorLock() {
        return state.resolve("supervisor.lock");
    }

    /** Held while a stack is being started or stopped. */
    public Path launchLock() {
        return state.resolve("launch.lock");
    }

    /** A component's log. */
    public Path log(Component component) {
        return logs().resolve(component.id() + ".log");
    }

    /** The supervisor's log. */
    public Path supervisorLog() {
        return logs().resolve("supervisor.log");
    }

    /** A component's pid file. */
    public Path pidFile(Component component) {
        return pids().resolve(component.id());
    }

    /** The supervisor's pid file. */
    public Path supervisorPidFile() {
        return pids().resolve("supervisor");
    }
}
