package io.agentorchestrator.api.workflow;

import io.agentorchestrator.workflows.model.RunKey;
import io.agentorchestrator.workflows.model.RunKind;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Names the workflows of runs. Thread-safe. */
@Component
@EnableConfigurationProperties(TemporalProperties.class)
public final class Workflows {
    private final String namespace;
    private final String uiUrl;

    Workflows(TemporalProperties temporal) {
        this.namespace = temporal.namespace();
        this.uiUrl = temporal.uiUrl().replaceFirst("/+$", "");
    }

    /** Where Temporal's Web UI is, without a slash at the end. */
    public URI ui() {
        return URI.create(uiUrl);
    }

    /** The workflow of a run; whether or not it has been started yet. */
    public WorkflowView of(RunKey run, RunKind kind) {
        String id = run.workflowId(kind);
        String url = "%s/namespaces/%s/workflows/%s"
                .formatted(uiUrl, URLEncoder.encode(namespace, StandardCharsets.UTF_8), id);
        return new WorkflowView(namespace, id, url);
    }
}
