package io.agentorchestrator.store.tenant;

import java.time.Instant;

/**
 * A tenant of which somebody has said something.
 *
 * @param weight of its share, beside others
 * @param updatedBy who said so last
 */
public record StoredTenant(String name, double weight, TenantLimits limits, Instant updatedAt, String updatedBy) {}
