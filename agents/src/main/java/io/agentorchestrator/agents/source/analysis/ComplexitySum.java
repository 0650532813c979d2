package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.LanguageRow;
import io.agentorchestrator.agents.source.language.FileFigures;
import io.agentorchestrator.agents.source.language.FunctionFigures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/** Adds up measured files, in memory that depends on the number of files but not of functions. One thread's. */
final class ComplexitySum {
    private final int top;
    private final Map<String, LanguageRow> languages = new TreeMap<>();
    private final List<FileRow> files = new ArrayList<>();
    private final PriorityQueue<FunctionRow> mostComplex = new PriorityQueue<>(FunctionRow.BY_COMPLEXITY.reversed());
    private final PriorityQueue<FunctionRow> longest = new PriorityQueue<>(FunctionRow.BY_LINES.reversed());

    ComplexitySum(int top) {
        this.top = top;
    }

    void add(FileFigures file) {
        files.add(new FileRow(
                file.path(),
                file.language(),
                file.lines(),
                file.codeLines(),
                file.commentLines(),
                file.functions().size(),
                file.complexity()));
        languages.merge(file.language(), LanguageRow.of(file), LanguageRow::plus);
        for (FunctionFigures function : file.functions()) {
            FunctionRow row = new FunctionRow(
                    file.path(),
                    file.language(),
                    function.name(),
                    function.line(),
                    function.lines(),
                    function.complexity());
            keep(mostComplex, row);
            keep(longest, row);
        }
    }

    Complexity sum(int unreadable) {
        return new Complexity(
                List.copyOf(languages.values()),
                files.stream().sorted(Comparator.comparing(FileRow::path)).toList(),
                mostComplex.stream().sorted(FunctionRow.BY_COMPLEXITY).toList(),
                longest.stream().sorted(FunctionRow.BY_LINES).toList(),
                unreadable);
    }

    private void keep(PriorityQueue<FunctionRow> best, FunctionRow row) {
        best.add(row);
        if (best.size() > top) {
            best.poll();
        }
    }
}
