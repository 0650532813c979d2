package io.agentorchestrator.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that are typed in a directory of their own, against an API of a few lines. */
abstract class AgainstFakeApi {
    @TempDir
    Path directory;

    FakeApi api;
    Terminal terminal;

    @BeforeEach
    void serve() throws IOException {
        api = new FakeApi();
        terminal = new Terminal(directory, api);
    }

    @AfterEach
    void stop() {
        api.close();
    }
}
