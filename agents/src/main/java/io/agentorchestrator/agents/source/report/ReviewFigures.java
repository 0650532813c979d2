package io.agentorchestrator.agents.source.report;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.agentorchestrator.agents.source.analysis.Complexity.FileRow;
import io.agentorchestrator.agents.source.analysis.Complexity.FunctionRow;
import io.agentorchestrator.agents.source.analysis.Complexity.Sums;
import io.agentorchestrator.agents.source.analysis.Duplicates;
import io.agentorchestrator.agents.source.analysis.History;
import io.agentorchestrator.agents.source.analysis.HotSpots;
import io.agentorchestrator.agents.source.analysis.Notes;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.language.Language;
import io.agentorchestrator.agents.source.manifests.Dependency;
import io.agentorchestrator.agents.source.manifests.Manifest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that was measured, joined: what the templates of the report and its charts print. Public, with all that they
 * ask for, because templates read by reflection.
 *
 * @param day of the report, ISO 8601
 * @param languages most code first
 * @param total of all languages
 * @param mostComplex functions, most complex first
 * @param longest functions, longest first
 */
public record ReviewFigures(
        String day,
        SourceIndex index,
        List<LanguageRow> languages,
        Sums total,
        List<FileRow> files,
        List<FunctionRow> mostComplex,
        List<FunctionRow> longest,
        int unreadable,
        Duplicates duplicates,
        Notes notes,
        List<Manifest> manifests,
        History history,
        HotSpots hotSpots) {

    /** The manifests of one ecosystem, and how many dependencies they declare. */
    public record Ecosystem(String name, int manifests, int declared, long outside) {}

    /** A dependency on something outside the directory, as all manifests together declare it. */
    public record Outside(String name, SortedSet<String> versions, SortedSet<String> scopes) {}

    /** The files of one language. */
    public record LanguageRow(Language language, Sums sums) {
        static final Comparator<LanguageRow> MOST_CODE = Comparator.comparingInt(
                        (LanguageRow row) -> row.sums().codeLines())
                .reversed()
                .thenComparing(row -> row.language().id());
    }

    public List<FileRow> largestFiles() {
        return programs(Comparator.comparingInt(file -> file.sums().codeLines()));
    }

    public List<FileRow> mostComplexFiles() {
        return programs(Comparator.comparingInt(file -> file.sums().complexity()));
    }

    private List<FileRow> programs(Comparator<FileRow> order) {
        return files.stream()
                .filter(file -> file.language().isProgramming())
                .sorted(order.reversed().thenComparing(FileRow::path))
                .toList();
    }

    /** The names of the directory's own projects. */
    public Set<String> ownNames() {
        return manifests.stream()
                .map(Manifest::name)
                .filter(name -> !name.isEmpty())
                .collect(toUnmodifiableSet());
    }

    public List<Ecosystem> ecosystems() {
        return manifests.stream()
                .collect(groupingBy(Manifest::ecosystem, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(entry -> new Ecosystem(
                        entry.getKey(),
                        entry.getValue().size(),
                        (int) dependencies(entry.getValue()).count(),
                        outside(entry.getValue()).size()))
                .toList();
    }

    /** The dependencies from outside, by name. */
    public List<Outside> outside() {
        return outside(manifests);
    }

    private List<Outside> outside(List<Manifest> declaring) {
        Set<String> own = ownNames();
        Map<String, List<Dependency>> byName = dependencies(declaring)
                .filter(dependency -> !own.contains(dependency.name()))
                .collect(groupingBy(Dependency::name, TreeMap::new, Collectors.toList()));
        return byName.entrySet().stream()
                .map(entry -> new Outside(
                        entry.getKey(),
                        distinct(entry.getValue(), Dependency::version),
                        distinct(entry.getValue(), Dependency::scope)))
                .toList();
    }

    private static Stream<Dependency> dependencies(List<Manifest> declaring) {
        return declaring.stream().flatMap(manifest -> manifest.dependencies().stream());
    }

    private static SortedSet<String> distinct(List<Dependency> dependencies, Function<Dependency, String> part) {
        SortedSet<String> parts = dependencies.stream().map(part).collect(Collectors.toCollection(TreeSet::new));
        parts.remove("");
        return parts;
    }
}
