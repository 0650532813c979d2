package io.agentorchestrator.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.agentorchestrator.worker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule SQL_IS_THE_STORES = noClasses()
            .that()
            .resideInAPackage("..release..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.springframework.jdbc..");

    @ArchTest
    static final ArchRule RELEASE_KNOWS_NO_STREAMS = noClasses()
            .that()
            .resideInAPackage("..release..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..");
}
