package io.agentorchestrator.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayWidthTest {
    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "abc, 3",
        "Zürich, 6",
        "e\u0301, 1",
        "部署, 4",
        "ｆｕ, 4",
        "한국, 4",
        "ｱ, 1",
        "👍, 2",
        "👍🏽, 4",
        "❤️, 2",
        "❤, 1",
        "✔, 1",
        "…, 1",
        "नि, 2",
        "𠀀, 2",
        "⌚, 2"
    })
    void countsColumns(String text, int columns) {
        assertThat(DisplayWidth.of(text)).isEqualTo(columns);
    }

    @Test
    void cutsBetweenCharactersAsTheyAreSeen() {
        assertThat(DisplayWidth.cut("部署部署", 8)).isEqualTo("部署部署");
        assertThat(DisplayWidth.cut("部署部署", 7)).isEqualTo("部署部…");
        assertThat(DisplayWidth.cut("部署部署", 6)).isEqualTo("部署…");
        assertThat(DisplayWidth.cut("e\u0301e\u0301e\u0301", 2)).isEqualTo("e\u0301…");
        assertThat(DisplayWidth.cut("a❤️bcd", 3)).isEqualTo("a…");
        assertThat(DisplayWidth.cut("abc", 1)).isEqualTo("…");
        assertThat(DisplayWidth.cut("abc", 0)).isEmpty();
        assertThat(DisplayWidth.cut("", 0)).isEmpty();
    }

    @Test
    void padsToColumns() {
        assertThat(DisplayWidth.pad("部", 4)).isEqualTo("部  ");
        assertThat(DisplayWidth.pad("abc", 2)).isEqualTo("abc");
    }
}
