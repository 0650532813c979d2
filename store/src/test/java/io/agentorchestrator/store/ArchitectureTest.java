package io.agentorchestrator.store;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

@AnalyzeClasses(packages = "io.agentorchestrator.store", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.agentorchestrator.store.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule KNOWS_NEITHER_TEMPORAL_NOR_THE_WEB = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.temporal..", "io.grpc..", "org.springframework.web..", "org.springframework.boot..");

    /** What is given up for another is repeated, but for the changes of tables, which have a way of their own to wait. */
    @ArchTest
    static final ArchRule TRANSACTIONS_ARE_REPEATED = noClasses()
            .that()
            .doNotHaveSimpleName("RetryingTransaction")
            .and()
            .doNotHaveSimpleName("Partitions")
            .should()
            .callConstructor(TransactionTemplate.class, PlatformTransactionManager.class);

    /** A time that is compared with what the database has, is by its clock. */
    @ArchTest
    static final ArchRule ONLY_THE_DATABASES_CLOCK_IS_READ = noClasses()
            .that()
            .resideOutsideOfPackage("io.agentorchestrator.store.clock")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC");
}
