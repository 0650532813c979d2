package io.agentorchestrator.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.agentorchestrator.cli");

    @Test
    void packagesFormNoCycles() {
        slices().matching("io.agentorchestrator.cli.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void onlyTheContractOfTheApiIsKnown() {
        ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("io.agentorchestrator..")
                        .and(JavaClass.Predicates.resideOutsideOfPackages(
                                "io.agentorchestrator.cli..", "io.agentorchestrator.text..")))
                .check(CLASSES);
    }

    @Test
    void onlyTheConsoleWritesForPeople() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("io.agentorchestrator.cli.console")
                .should()
                .callMethodWhere(JavaCall.Predicates.target(
                        HasOwner.Predicates.With.owner(JavaClass.Predicates.assignableTo(PrintStream.class))))
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("what others wrote is shown escaped, and what cannot be written is an exit code")
                .check(CLASSES);
    }
}
