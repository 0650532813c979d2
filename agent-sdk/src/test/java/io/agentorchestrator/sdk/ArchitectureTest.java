package io.agentorchestrator.sdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.agentorchestrator.sdk", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.agentorchestrator.sdk.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule AN_AUTHOR_GETS_NOTHING_THAT_ONLY_SHIPPED_AGENTS_USE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.agentorchestrator.agents..",
                    "org.springframework..",
                    "picocli..",
                    "com.github.javaparser..",
                    "tools.jackson.dataformat..");
}
