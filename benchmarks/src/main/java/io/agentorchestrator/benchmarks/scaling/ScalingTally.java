package io.agentorchestrator.benchmarks.scaling;

/**
 * The result of a simulation, of its judged hours.
 *
 * @param tasks that came
 * @param late those that waited longer than the target
 * @param replicaHours from the wish for a replica until it was gone
 * @param changes of the number of replicas
 * @param forecastShare of the looks at which a forecast was trusted
 * @param replicasByMinute wished, as they were at the end of each minute, from the beginning
 */
record ScalingTally(
        long tasks, long late, double replicaHours, int changes, double forecastShare, int[] replicasByMinute) {
    double lateShare() {
        return tasks == 0 ? 0 : late / (double) tasks;
    }
}
