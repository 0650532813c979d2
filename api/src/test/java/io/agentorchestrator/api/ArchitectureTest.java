package io.agentorchestrator.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.agentorchestrator.store.testkit.GuardedLoops;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(packages = "io.agentorchestrator.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.agentorchestrator.api.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule LOOPS_ARE_GUARDED = GuardedLoops.RULE;

    @ArchTest
    static final ArchRule CONTROLLERS_DO_NOT_TOUCH_JDBC = noClasses()
            .that()
            .areAnnotatedWith(RestController.class)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..", "com.zaxxer..");

    @ArchTest
    static final ArchRule ONLY_THE_DATABASE_PACKAGE_KNOWS_THE_POOL = noClasses()
            .that()
            .resideOutsideOfPackage("..api.database..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javax.sql..", "org.springframework.jdbc..", "com.zaxxer..", "org.postgresql..");

    @ArchTest
    static final ArchRule NEVER_SPEAKS_TO_TEMPORAL = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.temporal.client..", "io.temporal.serviceclient..", "io.temporal.worker..");

    @ArchTest
    static final ArchRule ONLY_THE_CODEC_KNOWS_WHAT_TEMPORAL_STORES = noClasses()
            .that()
            .resideOutsideOfPackage("..api.codec..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.temporal..");
}
