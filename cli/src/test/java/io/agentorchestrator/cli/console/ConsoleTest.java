package io.agentorchestrator.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private static final String WILD = "\u001b[2J\u001b]0;owned\u0007\nreport\u202e\u009b31m";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Console console = Console.ofOutput(bytes);

    /** A full disk. */
    static OutputStream full(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLineStaysALine() {
        console.println(WILD);

        assertThat(printed()).isEqualTo("\\u001b[2J\\u001b]0;owned\\u0007\\nreport\\u202e\\u009b31m\n");
    }

    @Test
    void everyWayToPrintEscapes() {
        console.println(WILD);
        console.printMessage("a\n" + WILD);
        console.tell(WILD);
        PrintWriter writer = console.writer();
        writer.println(WILD);
        writer.printf("%s ", "b").println("c");
        ConsoleTable table = new ConsoleTable(WILD, "B");
        table.add("1", WILD);
        table.lines(5).forEach(console::println);

        assertThat(printed().chars().filter(each -> each != '\n').noneMatch(Character::isISOControl))
                .isTrue();
        assertThat(printed()).contains("b c\n").doesNotContain("\u202e");
    }

    @Test
    void whatIsForProgramsPassesToTheByte() {
        byte[] answer = {'"', (byte) 0xC2, (byte) 0x9B, '"', 0x1B, 0};

        console.pass(answer);

        assertThat(bytes.toByteArray()).isEqualTo(answer);
    }

    @Test
    void whatCannotBeWrittenIsNotPassedOver() {
        Console lost = Console.ofOutput(full("No space left on device"));

        assertThatThrownBy(() -> lost.println("a"))
                .isInstanceOf(OutputLost.class)
                .hasMessageContaining("No space left on device")
                .matches(failure -> !((OutputLost) failure).readerLeft());
        assertThatThrownBy(() -> Console.ofOutput(full("Broken pipe")).pass(new byte[1]))
                .matches(failure -> ((OutputLost) failure).readerLeft());
        lost.tell("goes on");
        Console.ofErrors(full("No space left on device")).println("nobody to tell");
    }

    @Test
    void columnsForWhichThereIsNoRoomStandOnFurtherLines() {
        ConsoleTable table = new ConsoleTable("NAME", "N", "STATE");
        table.add("部署部", "1", "up");
        table.add("a", "2", "");

        assertThat(table.lines(15)).containsExactly("NAME    N", "  STATE", "部署部  1", "  up", "a       2");
        assertThat(table.lines(16)).containsExactly("NAME    N  STATE", "部署部  1  up", "a       2");
        assertThat(table.lines(1)).containsExactly("NAME", "  N", "  STATE", "部署部", "  1", "  up", "a", "  2");
    }

    @Test
    void tablesAreAsWideAsWhatStandsInThem() {
        ConsoleTable table = new ConsoleTable("NAME", "N");
        table.add("部署部", "1");
        table.add("a", "");

        assertThat(table.lines(9)).containsExactly("NAME    N", "部署部  1", "a");
    }
}
