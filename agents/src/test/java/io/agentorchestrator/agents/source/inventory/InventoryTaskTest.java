package io.agentorchestrator.agents.source.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.agentorchestrator.agents.source.GitForTests;
import io.agentorchestrator.agents.source.language.Language;
import io.agentorchestrator.sdk.FakeTask;
import io.agentorchestrator.sdk.Json;
import io.agentorchestrator.sdk.TaskFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InventoryTaskTest {
    @TempDir
    private Path temporary;

    private Path source;
    private WorkFolder work;

    @BeforeEach
    void makeFolders() throws IOException {
        source = Files.createDirectories(temporary.resolve("source")).toRealPath();
        work = new WorkFolder(temporary.resolve("reports"));
    }

    @Test
    void listsSourceFilesAndSaysWhatItSkipped() throws Exception {
        file("src/A.java", "class A {}\n");
        file("run", "#!/usr/bin/env bash\necho\n");
        file("notes", "no program\n");
        file("photo.jpg", "x");
        file("binary.c", "a\0b");
        file("lib.min.js", "x()");
        file("bundle.js", "x".repeat(9_000));
        file("huge.py", "x = 1\n".repeat(200_000));
        file("pom.xml", "<project/>");
        file("go.mod", "module x\n");
        file("node_modules/x/index.js", "x()\n");
        file("target/Gen.java", "class Gen {}\n");
        file(".git/hook.py", "x = 1\n");
        Files.createSymbolicLink(source.resolve("again.java"), Path.of("src/A.java"));
        Files.createSymbolicLink(source.resolve("src/loop"), source);

        JsonNode result = inventory();

        SourceIndex index = work.read(result.get("index").asString(), SourceIndex.class);
        assertThat(index.files())
                .containsExactly(
                        new SourceFile("pom.xml", Language.XML, 10),
                        new SourceFile("run", Language.SHELL, 25),
                        new SourceFile("src/A.java", Language.JAVA, 11));
        assertThat(index.manifests()).containsExactly("go.mod", "pom.xml");
        assertThat(index.skipped())
                .isEqualTo(Map.of("binary", 1, "larger than 1 MiB", 1, "minified", 2, "symbolic link", 2));
        assertThat(index.otherFiles()).isEqualTo(3);
        assertThat(index.git()).isFalse();
        assertThat(result.get("languages")).isEqualTo(Json.parse("{\"java\":1,\"shell\":1,\"xml\":1}"));
        assertThat(result.get("directory").asString()).isEqualTo(source.toString());
        assertThat(result.get("truncated").asBoolean()).isFalse();
    }

    @Test
    void honoursGitignore() throws Exception {
        assumeThat(GitForTests.isInstalled()).isTrue();
        file(".gitignore", "secret/\n*.gen.go\n");
        file("a.go", "package a\n");
        file("b.gen.go", "package a\n");
        file("secret/c.go", "package c\n");
        file("untracked.go", "package a\n");
        file("build/tracked.go", "package b\n");
        file("out/untracked.go", "package b\n");
        file("weird \u00e9\"name.go", "package a\n");
        GitForTests.git(source, "init", "-q");
        GitForTests.git(source, "add", ".gitignore", "a.go", "build/tracked.go");

        SourceIndex index = work.read(inventory().get("index").asString(), SourceIndex.class);

        assertThat(index.git()).isTrue();
        assertThat(index.files())
                .extracting(SourceFile::path)
                .containsExactly("a.go", "build/tracked.go", "untracked.go", "weird \u00e9\"name.go");
    }

    @Test
    void walksADirectoryThatTheRepositoryAroundItIgnores() throws Exception {
        assumeThat(GitForTests.isInstalled()).isTrue();
        GitForTests.git(temporary, "init", "-q");
        Files.writeString(temporary.resolve(".gitignore"), "source/\n");
        file("a.py", "x = 1\n");

        SourceIndex index = work.read(inventory().get("index").asString(), SourceIndex.class);

        assertThat(index.git()).isFalse();
        assertThat(index.files()).extracting(SourceFile::path).containsExactly("a.py");
    }

    @Test
    void anEmptyDirectoryHasNoFiles() throws Exception {
        JsonNode result = inventory();

        assertThat(result.get("files").asInt()).isZero();
        assertThat(result.get("languages")).isEmpty();
    }

    @Test
    void saysWhenThereIsNoSuchDirectory() throws Exception {
        assertFails(source.resolve("missing").toString(), "PATH_NOT_FOUND");
        assertFails("nul\0byte", "PATH_NOT_FOUND");
        file("a.txt", "");
        assertFails(source.resolve("a.txt").toString(), "NOT_A_DIRECTORY");
        assertFails("", "INVALID_PAYLOAD");
    }

    @Test
    void givesTheSameAnswerWhenItIsTriedAgain() throws Exception {
        file("a.py", "x = 1\n");
        FakeTask task = new FakeTask("source-inventory", payload(source.toString()));

        assertThat(task.run(new InventoryTask(work))).isEqualTo(task.run(new InventoryTask(work)));
    }

    @Test
    void readsOnlyItsOwnWorkFiles() throws IOException {
        file("index.json", "{}");

        TaskFailure foreign = catchThrowableOfType(
                TaskFailure.class, () -> work.read(source.resolve("index.json").toString(), SourceIndex.class));
        TaskFailure missing = catchThrowableOfType(
                TaskFailure.class,
                () -> work.read(work.reports().resolve("work/x/index.json").toString(), SourceIndex.class));

        assertThat(foreign.code()).isEqualTo("INVALID_PAYLOAD");
        assertThat(missing.code()).isEqualTo("WORK_FILE_NOT_FOUND");
        assertThat(missing.retryable()).isTrue();
    }

    @Test
    void removesWorkFilesThatAreAWeekOld() throws Exception {
        FakeTask task = new FakeTask("t", "{}");
        Path written = Path.of(work.write(task, "x", Map.of()));

        work.removeOld(Instant.now());
        assertThat(written).exists();
        work.removeOld(Instant.now().plusSeconds(8 * 86_400));
        assertThat(written.getParent()).doesNotExist();
    }

    @Test
    void countsFilesThatAreGoneByTheTimeTheyAreRead() throws Exception {
        file("a.py", "x = 1\n");
        file("b.py", "\u00e9 = 1\n");
        Files.write(source.resolve("latin1.py"), "s = '\u00e9'\n".getBytes(StandardCharsets.ISO_8859_1));
        SourceIndex index = work.read(inventory().get("index").asString(), SourceIndex.class);
        Files.delete(source.resolve("a.py"));
        int[] lines = {0};

        int unreadable = new SourceReader(new FakeTask("t", "{}"), index)
                .read(index.files(), (_, text) -> lines[0] += text.lines());

        assertThat(unreadable).isEqualTo(1);
        assertThat(lines[0]).isEqualTo(2);
    }

    private void assertFails(String path, String code) {
        FakeTask task = new FakeTask("source-inventory", payload(path));
        TaskFailure failure = catchThrowableOfType(TaskFailure.class, () -> task.run(new InventoryTask(work)));
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.retryable()).isFalse();
    }

    private JsonNode inventory() throws Exception {
        return new FakeTask("source-inventory", payload(source.toString())).run(new InventoryTask(work));
    }

    private static String payload(String path) {
        return Json.write(Map.of("path", path));
    }

    private void file(String path, String text) throws IOException {
        Path file = source.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
