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
public final class TaskNames {
    private static final String ATTRIBUTE = TaskNames.class.getName();
    private static final Pattern IN_TASK = Pattern.compile("/tasks/([0-9]{1,9})(?:/.*)?", Pattern.DOTALL);

    /** Those of a request without a body. */
    static final TaskNames NONE = new TaskNames(MissingNode.getInstance());

    private final JsonNode tree;

    private TaskNames(JsonNode tree) {
        this.tree = tree;
    }

    /** Keeps the request's body for its problem, if it comes to one. */
    public static void remember(HttpServletRequest request, JsonNode tree) {
        request.setAttribute(ATTRIBUTE, new TaskNames(tree));
    }

    /** The names in the request's body; none where it was not read. */
    static TaskNames of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof TaskNames names ? names : NONE;
    }

    /** The finding, with the key of the task that it is about. */
    Finding name(Finding finding) {
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
