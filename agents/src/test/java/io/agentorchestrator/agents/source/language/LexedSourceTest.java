package io.agentorchestrator.agents.source.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LexedSourceTest {
    @Test
    void tellsCodeCommentAndBlankLinesApart() {
        LexedSource source = LexedSource.of(Language.JAVA, """
                /* a
                   b */
                class A { // c

                    String s = \"/* no comment */\"; /* d */
                }
                """);

        assertThat(source.lines()).isEqualTo(6);
        assertThat(source.codeLines()).isEqualTo(3);
        assertThat(source.commentLines()).isEqualTo(2);
        assertThat(source.lines() - source.codeLines() - source.commentLines()).isEqualTo(1);
        assertThat(source.comments())
                .containsExactly(
                        new Comment(1, "/* a"),
                        new Comment(2, "b */"),
                        new Comment(3, "// c"),
                        new Comment(5, "/* d */"));
    }

    @Test
    void countsTheLinesOfATextWithoutALastNewline() {
        assertThat(LexedSource.of(Language.GO, "").lines()).isZero();
        assertThat(LexedSource.of(Language.GO, "a").lines()).isEqualTo(1);
        assertThat(LexedSource.of(Language.GO, "a\n").lines()).isEqualTo(1);
        assertThat(LexedSource.of(Language.GO, "a\nb").lines()).isEqualTo(2);
    }

    @Test
    void knowsPythonStrings() {
        LexedSource source = LexedSource.of(Language.PYTHON, """
                x = '# no comment'
                y = \"\"\"if and or
                # inside
                \"\"\"  # outside
                z = 'don\\'t'
                """);

        assertThat(source.comments()).containsExactly(new Comment(4, "# outside"));
        assertThat(source.codeLines()).isEqualTo(5);
        assertThat(strings(source)).hasSize(3);
    }

    @Test
    void knowsTemplatesAndRegularExpressionsOfJavaScript() {
        LexedSource source = LexedSource.of(Language.JAVASCRIPT, """
                const a = `// no
                  comment ${b}`;
                const c = /[/"]\\/\\/*/g, d = 4 / 2; // yes
                """);

        assertThat(strings(source)).containsExactly("`// no\n  comment ${b}`", "/[/\"]\\/\\/*/");
        assertThat(source.comments()).containsExactly(new Comment(3, "// yes"));
    }

    @Test
    void knowsRustLifetimesAndRawStringsAndNestedComments() {
        LexedSource source = LexedSource.of(Language.RUST, """
                /* a /* b */ c */
                fn f<'a>(x: &'a str) -> char { let r = r#"say "hi" // "#; '"' }
                """);

        assertThat(source.commentLines()).isEqualTo(1);
        assertThat(strings(source)).containsExactly("r#\"say \"hi\" // \"#", "'\"'");
    }

    @Test
    void knowsRawStringsOfCppAndGo() {
        assertThat(strings(LexedSource.of(Language.CPP, "auto s = R\"x(\" // )x\"; // c")))
                .containsExactly("R\"x(\" // )x\"");
        assertThat(strings(LexedSource.of(Language.GO, "s := `a // \\`"))).containsExactly("`a // \\`");
    }

    @Test
    void knowsWhenANumberSignIsNoCommentInAShell() {
        LexedSource source = LexedSource.of(Language.SHELL, "echo $# ${x#y} 'it # is' # comment\n# another\n");

        assertThat(source.comments()).containsExactly(new Comment(1, "# comment"), new Comment(2, "# another"));
        assertThat(source.codeLines()).isEqualTo(1);
    }

    @Test
    void readsCarriageReturnsAndByteOrderMarksAsSpace() {
        LexedSource source = LexedSource.of(Language.C, "\uFEFFint a;\r\n\r\n// b\r\n");

        assertThat(List.of(
                        source.lines(),
                        source.codeLines(),
                        source.commentLines(),
                        source.lines() - source.codeLines() - source.commentLines()))
                .containsExactly(3, 1, 1, 1);
        assertThat(source.comments()).containsExactly(new Comment(3, "// b"));
    }

    /** Whatever the text, every line is counted once and the lexer ends. */
    @ParameterizedTest
    @EnumSource(Language.class)
    void survivesAnyText(Language language) {
        Random random = new Random(42);
        String alphabet = "ab1 \n\"'`/\\*#{}()<>!-=?&|r\u0000é€\uD83D";
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(60); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            LexedSource source = LexedSource.of(language, text.toString());

            assertThat(source.lines() - source.codeLines() - source.commentLines())
                    .as("%s", text)
                    .isNotNegative();
            assertThat(source.lines()).isEqualTo((int) text.toString().lines().count());
            assertThat(FileFigures.of(source).complexity()).isNotNegative();
        }
    }

    private static List<String> strings(LexedSource source) {
        return source.tokens().stream()
                .filter(token -> token.kind() == Token.Kind.STRING)
                .map(Token::text)
                .toList();
    }
}
