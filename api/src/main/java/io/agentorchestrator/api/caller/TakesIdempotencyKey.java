package io.agentorchestrator.api.caller;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a POST that may carry an {@link IdempotencyKey}: because it reads the key, or because repeating it does no harm anyhow.
 * Other POSTs refuse the header.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface TakesIdempotencyKey {}
