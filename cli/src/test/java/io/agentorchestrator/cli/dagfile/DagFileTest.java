package io.agentorchestrator.cli.dagfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agentorchestrator.cli.failure.CliFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DagFileTest {
    @TempDir
    private Path directory;

    private DagFile read(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
        return DagFile.read(directory, name, InputStream.nullInputStream());
    }

    private static DagFile piped(String text) {
        return DagFile.read(Path.of("/"), "-", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(DagFile file) {
        return new String(file.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsSentAsItIs() throws IOException {
        String odd = "{\"name\": \"a\", \"name\": \"b\", \"n\":  1.10, broken";

        assertThat(text(read("dag.json", odd))).isEqualTo(odd);
        assertThat(text(read("dag.yaml", "a: &x [1\n# é"))).isEqualTo("a: &x [1\n# é");
        assertThat(text(read("none.json", ""))).isEmpty();
    }

    @Test
    void aByteOrderMarkIsNoPartOfAFile() throws IOException {
        DagFile file = read("dag", "\uFEFF{\"name\": \"a\"}");

        assertThat(text(file)).isEqualTo("{\"name\": \"a\"}");
        assertThat(file.format()).isEqualTo(DagFile.Format.JSON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dag.JSON | name: a | JSON",
                "dag.yml | {\"name\": \"a\"} | YAML",
                "dag.YAML | {} | YAML",
                "dag | {\"name\": \"a\"} | JSON",
                "dag | {} | JSON",
                "dag | {name: a} | YAML",
                "dag | name: a | YAML",
                "dag | - a | YAML"
            })
    void theFormatIsThatOfTheNameOrElseOfTheText(String name, String text, DagFile.Format format) throws IOException {
        assertThat(read(name, text).format()).isEqualTo(format);
    }

    @Test
    void theStandardInputIsAFileToo() {
        assertThat(piped("\r\n\t {\n \"name\": 1}").format()).isEqualTo(DagFile.Format.JSON);
        assertThat(text(piped("name: a\n"))).isEqualTo("name: a\n");
    }

    @Test
    void whatIsNoFileIsToldSo() {
        assertThatThrownBy(() -> DagFile.read(directory, "missing.yaml", InputStream.nullInputStream()))
                .isInstanceOf(CliFailure.class)
                .hasMessageContaining("missing.yaml is no file");
        assertThatThrownBy(() -> DagFile.read(directory, ".", InputStream.nullInputStream()))
                .hasMessageContaining("is a directory");
    }

    @Test
    void anEndlessInputIsLeft() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }

            @Override
            public int read(byte[] bytes, int from, int count) {
                return count;
            }
        };

        assertThatThrownBy(() -> DagFile.read(directory, "-", endless)).hasMessageContaining("is larger than 64 MiB");
    }

    @Test
    void whatCannotBeReadIsSentAsItIsForTheApiToRefuse() throws IOException {
        assertThat(text(read("bad.yaml", "inputs: {v: [}").with(Map.of("v", "1"))))
                .isEqualTo("inputs: {v: [}");
        assertThat(text(read("bad.json", "{\"inputs\": {\"v\": tru}}").with(Map.of("v", "1"))))
                .isEqualTo("{\"inputs\": {\"v\": tru}}");
    }

    @Test
    void inputsNeedTextInUtf8() throws IOException {
        Files.write(directory.resolve("latin.yaml"), "inputs: {v: \u00fc}".getBytes(StandardCharsets.ISO_8859_1));
        DagFile file = DagFile.read(directory, "latin.yaml", InputStream.nullInputStream());

        assertThat(file.with(Map.of())).isSameAs(file);
        assertThatThrownBy(() -> file.with(Map.of("v", "1"))).hasMessageContaining("latin.yaml is not UTF-8");
    }
}
