package io.agentorchestrator.store.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The rule of every process that works on its own: what goes on for ever is started by a package {@code loop}, which tells when it fails. */
public final class GuardedLoops {
    /** An executor's own schedule and a bare thread end without a word when something is thrown on them. */
    public static final ArchRule RULE = noClasses()
            .that()
            .resideOutsideOfPackage("..loop..")
            .should()
            .callMethod(
                    ScheduledExecutorService.class,
                    "scheduleWithFixedDelay",
                    Runnable.class,
                    long.class,
                    long.class,
                    TimeUnit.class)
            .orShould()
            .callMethod(
                    ScheduledExecutorService.class,
                    "scheduleAtFixedRate",
                    Runnable.class,
                    long.class,
                    long.class,
                    TimeUnit.class)
            .orShould()
            .callMethod(Thread.Builder.OfPlatform.class, "start", Runnable.class)
            .orShould()
            .callMethod(Thread.Builder.OfVirtual.class, "start", Runnable.class)
            .orShould()
            .callMethod(Thread.class, "start");

    private GuardedLoops() {}
}
