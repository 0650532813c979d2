package io.agentorchestrator.agents.source.report;

import static io.agentorchestrator.agents.source.report.Markdown.code;
import static io.agentorchestrator.agents.source.report.Markdown.number;

import io.agentorchestrator.agents.source.manifests.Dependency;
import io.agentorchestrator.agents.source.manifests.Manifest;
import io.agentorchestrator.agents.source.report.Markdown.Column;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the project stands on. */
final class DependenciesSection {
    private static final int TOP_MANIFESTS = 30;
    private static final int TOP_CONFLICTS = 20;
    private static final int TOP_OUTSIDE = 100;

    private DependenciesSection() {}

    static void write(Markdown report, ReviewFigures figures) {
        report.heading(2, "Dependencies");
        List<Manifest> manifests = figures.manifests().manifests();
        if (manifests.isEmpty()) {
            report.paragraph("No dependency manifest was found.");
            return;
        }
        Set<String> own = figures.ownNames();
        ecosystems(report, manifests, own);
        report.heading(3, "Manifests");
        report.table(
                List.of(
                        Column.text("Manifest"),
                        Column.text("Project"),
                        Column.number("Dependencies"),
                        Column.number("of this project"),
                        Column.number("without version")),
                manifests.stream()
                        .limit(TOP_MANIFESTS)
                        .map(manifest -> row(manifest, own))
                        .toList());
        outside(report, figures);
        conflicts(report, figures);
    }

    /** Names what comes from outside, with the versions that are written and the scopes it is used in. */
    private static void outside(Markdown report, ReviewFigures figures) {
        Map<String, List<Dependency>> byName = figures.outsideDependencies()
                .collect(Collectors.groupingBy(Dependency::name, TreeMap::new, Collectors.toList()));
        if (byName.isEmpty()) {
            return;
        }
        report.heading(3, "From outside");
        report.table(
                List.of(Column.text("Dependency"), Column.text("Versions"), Column.text("Scopes")),
                byName.entrySet().stream()
                        .limit(TOP_OUTSIDE)
                        .map(entry -> List.of(
                                code(entry.getKey()),
                                distinct(entry.getValue(), Dependency::version),
                                distinct(entry.getValue(), Dependency::scope)))
                        .toList());
        if (byName.size() > TOP_OUTSIDE) {
            report.paragraph("And " + number(byName.size() - TOP_OUTSIDE) + " more.");
        }
    }

    private static String distinct(List<Dependency> dependencies, Function<Dependency, String> part) {
        String parts = dependencies.stream()
                .map(part)
                .filter(text -> !text.isEmpty())
                .distinct()
                .sorted()
                .map(Markdown::code)
                .collect(Collectors.joining(", "));
        return parts.isEmpty() ? "–" : parts;
    }

    private static void ecosystems(Markdown report, List<Manifest> manifests, Set<String> own) {
        Map<String, List<Manifest>> byEcosystem = manifests.stream()
                .collect(Collectors.groupingBy(Manifest::ecosystem, TreeMap::new, Collectors.toList()));
        report.table(
                List.of(
                        Column.text("Ecosystem"),
                        Column.number("Manifests"),
                        Column.number("Declared"),
                        Column.number("Distinct, from outside")),
                byEcosystem.entrySet().stream()
                        .map(entry -> List.of(
                                entry.getKey(),
                                number(entry.getValue().size()),
                                number(all(entry.getValue()).size()),
                                number(all(entry.getValue()).stream()
                                        .map(Dependency::name)
                                        .filter(name -> !own.contains(name))
                                        .distinct()
                                        .count())))
                        .toList());
    }

    private static List<Dependency> all(Collection<Manifest> manifests) {
        return manifests.stream()
                .flatMap(manifest -> manifest.dependencies().stream())
                .toList();
    }

    private static List<String> row(Manifest manifest, Set<String> own) {
        if (!manifest.problem().isEmpty()) {
            String problem = "could not be read: " + Markdown.plain(manifest.problem());
            return List.of(code(manifest.path()), problem, "–", "–", "–");
        }
        List<Dependency> dependencies = manifest.dependencies();
        return List.of(
                code(manifest.path()),
                code(manifest.name()),
                number(dependencies.size()),
                number(dependencies.stream()
                        .filter(dependency -> own.contains(dependency.name()))
                        .count()),
                number(dependencies.stream()
                        .filter(dependency -> dependency.version().isEmpty())
                        .count()));
    }

    private static void conflicts(Markdown report, ReviewFigures figures) {
        Map<String, Set<String>> versions = new TreeMap<>();
        figures.outsideDependencies()
                .filter(dependency -> !dependency.version().isEmpty())
                .forEach(dependency -> versions.computeIfAbsent(dependency.name(), _ -> new TreeSet<>())
                        .add(dependency.version()));
        List<List<String>> rows = versions.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .limit(TOP_CONFLICTS)
                .map(entry -> List.of(
                        code(entry.getKey()),
                        entry.getValue().stream().map(Markdown::code).collect(Collectors.joining(", "))))
                .toList();
        if (!rows.isEmpty()) {
            report.heading(3, "In more than one version");
            report.table(List.of(Column.text("Dependency"), Column.text("Versions")), rows);
        }
    }
}
