package io.agentorchestrator.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.agentorchestrator.store.testkit.GuardedLoops;

@AnalyzeClasses(packages = "io.agentorchestrator.worker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
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
}
