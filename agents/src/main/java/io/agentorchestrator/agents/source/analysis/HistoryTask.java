package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.inventory.Git;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.io.IOException;
import java.util.Optional;

/** {@code source-history}: how often each file changed, where git knows. */
public record HistoryTask(WorkFolder work) implements TaskHandler {
    static final int MAX_COMMITS = 10_000;

    record Result(String details, boolean available, int commits, int authors, int filesChanged, String note) {}

    @Override
    public Object handle(TaskContext task) throws Exception {
        SourceIndex index = work.index(task);
        History history = history(task, index);
        return new Result(
                work.write(task, "history", history),
                history.available(),
                history.commits(),
                history.authors(),
                history.files().size(),
                history.note());
    }

    private History history(TaskContext task, SourceIndex index) throws IOException, InterruptedException {
        Optional<Git> git = Git.at(index.rootPath(), work.of(task));
        if (git.isEmpty()) {
            return History.none("no git repository here, or git is not installed");
        }
        Optional<String> log = git.get()
                .ask(
                        "log",
                        "--max-count=" + MAX_COMMITS,
                        "--no-merges",
                        "--no-renames",
                        "--no-ext-diff",
                        "--no-textconv",
                        "--numstat",
                        "--relative",
                        GitLog.FORMAT,
                        "--",
                        ".");
        if (log.isEmpty()) {
            return History.none("the git repository has no commit yet");
        }
        String shallow = git.get().says("true", "rev-parse", "--is-shallow-repository")
                ? "the clone is shallow: older commits are not here"
                : "";
        return GitLog.history(log.get(), shallow, MAX_COMMITS);
    }
}
