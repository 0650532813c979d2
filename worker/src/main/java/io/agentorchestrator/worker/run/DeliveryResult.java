package io.agentorchestrator.worker.run;

/** The result of telling Temporal something. */
public sealed interface DeliveryResult {
    /** Temporal has it, durably. */
    record Done() implements DeliveryResult {}

    /** There is no such workflow, or it has ended. */
    record NotFound() implements DeliveryResult {}

    /** Temporal does not take this, now or later. */
    record Refused(String why) implements DeliveryResult {}

    /** Temporal could not be asked, or not answer for this namespace: nothing is known, and it is to be tried again. */
    record Away(String why) implements DeliveryResult {}
}
