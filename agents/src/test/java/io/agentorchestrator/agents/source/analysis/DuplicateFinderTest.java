package io.agentorchestrator.agents.source.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentorchestrator.agents.source.analysis.Duplicates.Block;
import io.agentorchestrator.agents.source.analysis.Duplicates.Place;
import io.agentorchestrator.agents.source.language.Language;
import io.agentorchestrator.agents.source.language.LexedSource;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DuplicateFinderTest {
    private final DuplicateFinder finder = new DuplicateFinder();

    @Test
    void findsAStretchThatStandsInTwoFilesWhateverItsLayout() {
        add("a.js", "start();\n" + lines("x", 1, 12) + "end();\n");
        add("b.js", "begin();\n\n" + lines("x", 1, 12).replace("= ", "=   /* why */ ") + "done();\n");

        Duplicates duplicates = finder.find(10, 0);

        assertThat(duplicates.longest())
                .containsExactly(new Block(12, new Place("a.js", 2, 13), new Place("b.js", 3, 14)));
        assertThat(duplicates.duplicatedLines()).isEqualTo(12);
        assertThat(duplicates.linesCompared()).isEqualTo(28);
        assertThat(duplicates.ratio()).isEqualTo(12 / 28.0);
    }

    @Test
    void findsACopyInTheSameFile() {
        add("a.js", lines("x", 1, 10) + "between();\n" + lines("x", 1, 10));

        assertThat(finder.find(10, 0).longest())
                .containsExactly(new Block(10, new Place("a.js", 1, 10), new Place("a.js", 12, 21)));
    }

    @Test
    void leavesOutWhatIsShorterThanAWindow() {
        add("a.js", lines("x", 1, 9) + "one();\n");
        add("b.js", lines("x", 1, 9) + "two();\n");

        assertThat(finder.find(10, 0).blocks()).isZero();
    }

    @Test
    void aStretchNeverReachesFromOneFileIntoTheNext() {
        add("a.js", lines("x", 1, 6));
        add("b.js", lines("x", 7, 6));
        add("c.js", lines("x", 1, 12));

        assertThat(finder.find(10, 0).blocks()).isZero();
    }

    @Test
    void aListOfEqualLinesIsNoCopyOfItself() {
        add("a.js", "zero,\n".repeat(15));

        assertThat(finder.find(10, 0).blocks()).isZero();
    }

    @Test
    void doesNotCompareImportsAndBrackets() {
        add("A.java", "import a.b;\n".repeat(20) + "}\n".repeat(20));
        add("B.java", "import a.b;\n".repeat(20) + "}\n".repeat(20));

        assertThat(finder.find(10, 0).linesCompared()).isZero();
    }

    @Test
    void namesTheRightFileAfterFilesWithoutCode() {
        add("a.js", lines("x", 1, 10));
        add("empty1.js", "");
        add("empty2.js", "// nothing\n");
        add("b.js", lines("x", 1, 10));

        assertThat(finder.find(10, 0).longest())
                .containsExactly(new Block(10, new Place("a.js", 1, 10), new Place("b.js", 1, 10)));
    }

    private void add(String path, String text) {
        finder.add(path, LexedSource.of(path.endsWith(".js") ? Language.JAVASCRIPT : Language.JAVA, text));
    }

    private static String lines(String name, int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(line -> "let " + name + line + " = " + line + ";\n")
                .collect(Collectors.joining());
    }
}
