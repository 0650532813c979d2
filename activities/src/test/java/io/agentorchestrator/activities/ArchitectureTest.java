package io.agentorchestrator.activities;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.agentorchestrator.store.testkit.GuardedLoops;

@AnalyzeClasses(packages = "io.agentorchestrator.activities", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule FEATURES_FORM_NO_CYCLE =
            slices().matching("io.agentorchestrator.activities.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule LOOPS_ARE_GUARDED = GuardedLoops.RULE;
}
