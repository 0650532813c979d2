package io.agentorchestrator.api.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What the tasks of a request are called. A pointer has a task's index; who wrote the request knows the task by its key, so messages
 * begin with that.
 */
public final class TaskKeys {
    private static final String ATTRIBUTE = TaskKeys.class.getName();
    private static final Pattern IN_TASK = Pattern.compile("/tasks/([0-9]{1,9})(?:/.*)?", Pattern.DOTALL);

    /** Those of a request without a body. */
    static final TaskKeys NONE = new TaskKeys(MissingNode.getInstance());

    private final JsonNode tree;

    private TaskKeys(JsonNode tree) {
        this.tree = tree;
    }

    /** Keeps the request's body for its problem, if it comes to one. */
    public static void remember(HttpServletRequest request, JsonNode tree) {
        request.setAttribute(ATTRIBUTE, new TaskKeys(tree));
    }

    /** The names in the request's body; none where it was not read. */
    static TaskKeys of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof TaskKeys names ? names : NONE;
    }

    /** The finding, with the key of the task that it is about. */
    ValidationError name(ValidationError finding) {
        Matcher matcher = IN_TASK.matcher(finding.pointer());
        if (!matcher.matches()) {
            return finding;
        }
        JsonNode key =
                tree.path("tasks").path(Integer.parseInt(matcher.group(1))).path("key");
        if (!key.isString() || key.stringValue().isEmpty()) {
            return finding;
        }
        String name = "task '%s'".formatted(Shown.text(key.stringValue()));
        return finding.message().contains(name) ? finding : finding.saying(name + ": " + finding.message());
    }
}
