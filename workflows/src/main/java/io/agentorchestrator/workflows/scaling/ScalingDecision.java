package io.agentorchestrator.workflows.scaling;

/**
 * The replicas that a pool is to have, and why.
 *
 * @param replicas to have from now on
 * @param reactive replicas that the demand of this moment wants
 * @param ahead replicas that the forecast wants, 0 where none is trusted
 * @param reason of the number
 */
public record ScalingDecision(int replicas, int reactive, int ahead, Reason reason) {
    /** Reasons of a number. */
    public enum Reason {
        /** The wish differs too little, or not for long enough. */
        HELD,
        /** Raised for what waits and runs. */
        DEMAND,
        /** Raised for what is due before a replica could start. */
        FORECAST,
        /** Lowered: no more was wanted for the whole stabilization window. */
        LOWERED
    }
}
