package io.agentorchestrator.api.problem;

import org.springframework.stereotype.Component;

/** Tells a store whose schema is not there yet from a query that asks for what no schema has. Thread-safe. */
@Component
public final class StoreFailures {
    private final SchemaState schema;

    public StoreFailures(SchemaState schema) {
        this.schema = schema;
    }

    /** The kind of a failure, by {@link StoreFailure#of} and the state of the schema. */
    public StoreFailure of(Throwable failure) {
        StoreFailure kind = StoreFailure.of(failure);
        return kind == StoreFailure.NOT_MIGRATED && schema.isMigrated() ? StoreFailure.PROGRAMMING_ERROR : kind;
    }

    /** The state of the store's schema. */
    @FunctionalInterface
    public interface SchemaState {
        /** Tells whether all migrations that this version brings were made. */
        boolean isMigrated();
    }
}
