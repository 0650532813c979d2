package io.agentorchestrator.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.agentorchestrator.store.testkit.GuardedLoops;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "io.agentorchestrator.worker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final int MAX_LINES = 400;

    @ArchTest
    static final ArchRule FEATURES_FORM_NO_CYCLE =
            slices().matching("io.agentorchestrator.worker.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule SQL_IS_THE_STORES = noClasses()
            .that()
            .resideInAnyPackage(
                    "..release..",
                    "..command..",
                    "..notice..",
                    "..reconcile..",
                    "..run..",
                    "..deadletter..",
                    "..deadline..",
                    "..retention..",
                    "..setting..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.springframework.jdbc..");

    @ArchTest
    static final ArchRule DECISIONS_KNOW_NO_STREAMS = noClasses()
            .that()
            .resideInAnyPackage("..release..", "..command..", "..notice..", "..reconcile..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..");

    @ArchTest
    static final ArchRule LOOPS_ARE_GUARDED = GuardedLoops.RULE;

    @ArchTest
    static final ArchRule NULLNESS_IS_CHECKED_EVERYWHERE =
            classes().that().haveSimpleName("package-info").should().beAnnotatedWith(NullMarked.class);

    @Test
    void noFileOutgrewItsRoom() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
            }
        }
    }
}
