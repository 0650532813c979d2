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

    /**
     * The workflow of a run.
     *
     * @param started whether it is known to be there; if not, the link is to the list that will show it, since its own page would say that it is
     *     missing
     */
    public WorkflowView of(RunKey run, RunKind kind, boolean started) {
        String id = run.workflowId(kind);
        String list = "%s/namespaces/%s/workflows".formatted(uiUrl, encoded(namespace));
        String url = started ? list + "/" + id : list + "?query=" + encoded("WorkflowId=\"" + id + "\"");
        return new WorkflowView(namespace, id, url);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
