package io.agentorchestrator.workflows;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "io.agentorchestrator.workflows", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final int MAX_LINES = 400;
    private static final String[] PURE = {
        "..workflows.model..",
        "..workflows.dag..",
        "..workflows.forecast..",
        "..workflows.json..",
        "..workflows.template..",
        "..workflows.plan..",
        "..workflows.planner..",
        "..workflows.release..",
        "..workflows.scaling.."
    };

    @ArchTest
    static final ArchRule PURE_PACKAGES_KNOW_NO_TEMPORAL_AND_NO_OUTSIDE_WORLD = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.temporal..", "..workflows.run..", "java.io..", "java.net..", "java.nio.file..", "java.sql..")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, ProcessHandle.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class)
            .orShould()
            .accessField(System.class, "out");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.agentorchestrator.workflows.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_TEMPORAL_TELLS_WORKFLOWS_THE_TIME = noClasses()
            .that()
            .resideInAPackage("..workflows.run..")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class, java.time.Clock.class, java.security.SecureRandom.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(java.util.UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        List<String> unmarked = classes.stream()
                .map(c -> c.getPackage())
                .distinct()
                .filter(p -> !p.isAnnotatedWith(NullMarked.class))
                .map(JavaPackage::getName)
                .toList();
        assertThat(unmarked).isEmpty();
        assertThat(classes.size()).isGreaterThan(50);
    }

    @Test
    void noFileHasOutgrownItsRoom() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")))
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(lines(file)).as("lines of %s", file).isLessThanOrEqualTo(MAX_LINES));
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
