@NullMarked
package io.agentorchestrator.api.waiting;

import org.jspecify.annotations.NullMarked;
