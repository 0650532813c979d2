package io.agentorchestrator.store.release;

import io.agentorchestrator.workflows.plan.PlanTask;
import java.util.UUID;

/** A standalone task as its group takes it in. */
record GroupMember(UUID taskId, String tenant, PlanTask planned) {}
