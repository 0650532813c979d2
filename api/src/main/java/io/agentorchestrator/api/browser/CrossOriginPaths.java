package io.agentorchestrator.api.browser;

/** Paths that pages of another origin may call, by rules of their own. */
public final class CrossOriginPaths {
    /** For Temporal's Web UI. */
    public static final String TEMPORAL_CODEC = "/temporal-codec";

    private CrossOriginPaths() {}
}
