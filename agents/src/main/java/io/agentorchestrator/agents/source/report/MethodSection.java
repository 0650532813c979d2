package io.agentorchestrator.agents.source.report;

import static io.agentorchestrator.agents.source.report.Markdown.count;
import static io.agentorchestrator.agents.source.report.Markdown.number;

import io.agentorchestrator.agents.source.analysis.Complexity.LanguageRow;
import io.agentorchestrator.agents.source.manifests.Manifest;
import java.util.ArrayList;
import java.util.List;

/** What the figures mean and what they leave out, so that nobody has to trust them blindly. */
final class MethodSection {
    private MethodSection() {}

    static void write(Markdown report, ReviewFigures figures) {
        report.heading(2, "What was left out");
        report.bullets(leftOut(figures));
        report.heading(2, "How this was measured");
        report.bullets(List.of(
                "**Files**: "
                        + (figures.index().git()
                                ? "tracked by git, or untracked and not ignored; untracked ones in build folders left out."
                                : "found by walking the directory (no git here, so .gitignore was not read);"
                                        + " folders of version control, builds and packages left out."),
                "**Lines**: a line with any code is code, one with only comment is comment; a documentation string in"
                        + " Python is code.",
                "**Complexity** (McCabe): 1 for a function and 1 for each decision in it. A file's is the sum of its"
                        + " functions' and, if there are decisions outside functions, 1 and one for each.",
                "**Java** is parsed (JavaParser): if, for, while, do, case with labels, guards, catch, `? :`, `&&`, `||`.",
                "**Other languages** are read by a lexer that knows their comments and strings; the keywords and operators"
                        + " for decisions are counted. Functions are found by their heads (`def`, `func`, `fn`, or a name,"
                        + " parentheses and a block); Ruby, Scala and Groovy are counted by file only. Code inside"
                        + " JavaScript template strings and Python f-strings counts as text.",
                "**Duplicates**: at least 10 lines of code in a row that are the same but for layout and comments;"
                        + " imports and lines without a letter or digit are not compared.",
                "**To-do notes**: TODO, FIXME, HACK and XXX in comments.",
                "**Dependencies**: as declared in pom.xml, package.json, requirements*.txt, pyproject.toml, go.mod,"
                        + " Cargo.toml and, where they are literal, build.gradle files; nothing is resolved or downloaded.",
                "**Hot spots**: commits without merges that changed a file under its present name."));
    }

    private static List<String> leftOut(ReviewFigures figures) {
        List<String> facts = new ArrayList<>();
        figures.index()
                .skipped()
                .forEach((reason, files) -> facts.add(count(files, "file") + ": " + Markdown.plain(reason) + "."));
        if (figures.index().otherFiles() > 0) {
            facts.add(count(figures.index().otherFiles(), "file") + " of no known language.");
        }
        if (figures.unreadable() > 0) {
            facts.add(count(figures.unreadable(), "file") + " could not be read, or changed meanwhile.");
        }
        long unparsed = figures.sum(LanguageRow::unparsed);
        if (unparsed > 0) {
            facts.add(count(unparsed, "Java file") + " did not parse and went through the lexer instead.");
        }
        long manifests = figures.manifests().manifests().stream()
                .filter(manifest -> !manifest.problem().isEmpty())
                .map(Manifest::path)
                .count();
        if (manifests > 0) {
            facts.add(count(manifests, "manifest") + " could not be read.");
        }
        if (figures.index().truncated()) {
            facts.add("**The directory holds more files than are measured; only the first "
                    + number(figures.index().files().size()) + " are in this report.**");
        }
        if (figures.duplicates().truncated()) {
            facts.add("Only the first " + number(figures.duplicates().linesCompared())
                    + " lines of code were compared for duplicates.");
        }
        if (figures.history().available() && !figures.history().note().isEmpty()) {
            facts.add("Of the history: " + figures.history().note() + ".");
        }
        return facts.isEmpty() ? List.of("Nothing.") : facts;
    }
}
