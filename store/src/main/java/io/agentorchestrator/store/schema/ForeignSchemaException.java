package io.agentorchestrator.store.schema;

/** The database was migrated by another version, whose migrations are not ours: it cannot be used, nor brought on. */
public final class ForeignSchemaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForeignSchemaException(Throwable cause) {
        super(
                "the database has the schema of another version (" + cause.getMessage()
                        + "); give this one an empty database, or the version that made it",
                cause);
    }
}
