package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.Sums;
import io.agentorchestrator.agents.source.language.FileFigures;
import io.agentorchestrator.agents.source.language.Language;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Adds up measured files, in memory that depends on the number of files but not of functions. One thread's. */
final class ComplexitySum {
    private final int top;
    private final Map<Language, Sums> languages = new EnumMap<>(Language.class);
    private final List<FileRow> files = new ArrayList<>();
    private List<FunctionRow> mostComplex = List.of();
    private List<FunctionRow> longest = List.of();

    ComplexitySum(int top) {
        this.top = top;
    }

    void add(FileFigures file) {
        files.add(FileRow.of(file));
        languages.merge(file.language(), Sums.of(file), Sums::plus);
        List<FunctionRow> functions = FunctionRow.of(file);
        mostComplex = top(mostComplex, functions, FunctionRow.BY_COMPLEXITY);
        longest = top(longest, functions, FunctionRow.BY_LINES);
    }

    Complexity sum(int unreadable) {
        files.sort(Comparator.comparing(FileRow::path));
        return new Complexity(languages, files, mostComplex, longest, unreadable);
    }

    private List<FunctionRow> top(List<FunctionRow> best, List<FunctionRow> more, Comparator<FunctionRow> order) {
        return Stream.concat(best.stream(), more.stream())
                .sorted(order)
                .limit(top)
                .toList();
    }
}
