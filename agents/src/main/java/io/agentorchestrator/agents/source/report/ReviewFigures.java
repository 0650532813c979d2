package io.agentorchestrator.agents.source.report;

import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.LanguageRow;
import io.agentorchestrator.agents.source.analysis.Duplicates;
import io.agentorchestrator.agents.source.analysis.History;
import io.agentorchestrator.agents.source.analysis.HotSpots;
import io.agentorchestrator.agents.source.analysis.Notes;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.manifests.Dependency;
import io.agentorchestrator.agents.source.manifests.Manifests;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that was measured, joined.
 *
 * @param languages most code first
 * @param mostComplex functions, most complex first
 * @param longest functions, longest first
 */
record ReviewFigures(
        SourceIndex index,
        List<LanguageRow> languages,
        List<FileRow> files,
        List<FunctionRow> mostComplex,
        List<FunctionRow> longest,
        int unreadable,
        Duplicates duplicates,
        Notes notes,
        Manifests manifests,
        History history,
        HotSpots hotSpots) {

    long sum(ToIntFunction<LanguageRow> figure) {
        return languages.stream().mapToLong(figure::applyAsInt).sum();
    }

    double averageComplexity() {
        long functions = sum(LanguageRow::functions);
        return functions == 0 ? 0 : (double) sum(LanguageRow::functionComplexity) / functions;
    }

    /** Functions whose complexity is above 10, which is where McCabe drew the line. */
    long functionsAboveTen() {
        return sum(LanguageRow::complex) + sum(LanguageRow::veryComplex);
    }

    /** Dependencies on something that is not a project of the same directory. */
    Stream<Dependency> outsideDependencies() {
        Set<String> own = ownNames();
        return manifests.manifests().stream()
                .flatMap(manifest -> manifest.dependencies().stream())
                .filter(dependency -> !own.contains(dependency.name()));
    }

    long distinctDependencies() {
        return outsideDependencies().map(Dependency::name).distinct().count();
    }

    Set<String> ownNames() {
        return manifests.manifests().stream()
                .map(manifest -> manifest.name())
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }
}
