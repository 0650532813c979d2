package io.agentorchestrator.benchmarks;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintStream;

@AnalyzeClasses(packages = "io.agentorchestrator.benchmarks", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule FEATURES_FORM_NO_CYCLE =
            slices().matching("io.agentorchestrator.benchmarks.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule PARTS_OF_THE_LOAD_TEST_FORM_NO_CYCLE = slices().matching(
                    "io.agentorchestrator.benchmarks.loadtest.(**)")
            .should()
            .beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_LOAD_TEST_KNOWS_THE_PRODUCT_BY_ITS_PUBLISHED_INTERFACES = noClasses()
            .that()
            .resideInAPackage("..loadtest..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.agentorchestrator..")
                    .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(
                            "io.agentorchestrator.cli..", "io.agentorchestrator.benchmarks.loadtest.."))))
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.sql..", "javax.sql..", "org.postgresql..", "org.springframework..", "io.temporal..");

    @ArchTest
    static final ArchRule THE_LOAD_TEST_WRITES_BY_THE_CONSOLE_OF_THE_COMMAND_LINE = noClasses()
            .that()
            .resideInAPackage("..loadtest..")
            .should()
            .callMethodWhere(JavaCall.Predicates.target(
                    HasOwner.Predicates.With.owner(JavaClass.Predicates.assignableTo(PrintStream.class))))
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
}
