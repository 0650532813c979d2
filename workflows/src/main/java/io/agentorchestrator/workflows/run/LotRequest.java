package io.agentorchestrator.workflows.run;

import java.util.List;
import java.util.UUID;

/** A lot: tasks of one run, by index. The activity finds in the store whether to start, to attach or just to report each. */
public record LotRequest(UUID runId, int runNumber, String tenant, int lot, List<Integer> tasks) {}
