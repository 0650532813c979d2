package io.agentorchestrator.api.agent;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Who may register agents.
 *
 * @param enrolmentToken what a registration must present; absent or empty: anyone may register
 */
@ConfigurationProperties(prefix = "orchestrator.agents", ignoreUnknownFields = false)
record AgentProperties(@Nullable String enrolmentToken) {}
