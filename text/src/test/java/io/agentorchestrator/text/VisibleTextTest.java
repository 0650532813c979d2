package io.agentorchestrator.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisibleTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "001b | \\u001b",
                "0007 | \\u0007",
                "0000 | \\u0000",
                "000a | \\n",
                "000d | \\r",
                "0009 | \\t",
                "007f | \\u007f",
                "0085 | \\u0085",
                "009b | \\u009b",
                "009d | \\u009d",
                "00ad | \\u00ad",
                "061c | \\u061c",
                "200b | \\u200b",
                "200d | \\u200d",
                "200f | \\u200f",
                "202e | \\u202e",
                "2028 | \\u2028",
                "2029 | \\u2029",
                "2066 | \\u2066",
                "3164 | \\u3164",
                "feff | \\ufeff",
                "e000 | \\ue000",
                "ffff | \\uffff",
                "d800 | \\ud800",
                "e0041 | \\udb40\\udc41",
                "e0101 | \\udb40\\udd01"
            })
    void whatCannotBeSeenIsEscaped(String hex, String shown) {
        String text = "a" + Character.toString(Integer.parseInt(hex, 16)) + "b";

        assertThat(VisibleText.of(text)).isEqualTo("a" + shown + "b");
        assertThat(VisibleText.of(VisibleText.of(text))).isEqualTo(VisibleText.of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "plain \\ text", "Zürich", "部署", "é e\u0301", "👍🏽 ❤️", "עברית", "→ … ✔ ⠋ █"})
    void whatCanBeSeenStaysAsItIs(String text) {
        assertThat(VisibleText.of(text)).isEqualTo(text);
    }

    @Test
    void noCodePointSteersATerminal() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            String shown = VisibleText.of(Character.toString(codePoint));
            assertThat(shown.codePoints()
                            .noneMatch(each -> Character.isISOControl(each)
                                    || Character.getType(each) == Character.FORMAT
                                    || Character.getDirectionality(each)
                                            == Character.DIRECTIONALITY_RIGHT_TO_LEFT_OVERRIDE))
                    .as("U+%04X", codePoint)
                    .isTrue();
        }
    }
}
