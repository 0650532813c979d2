package io.agentorchestrator.agents.source.manifests;

import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.util.ArrayList;
import java.util.List;

/** {@code source-dependencies}: what the dependency manifests declare. */
public record DependenciesTask(WorkFolder work) implements TaskHandler {
    static final int MAX_MANIFESTS = 2_000;

    record Result(String details, int manifests, int declared, int distinct, int unreadable, boolean truncated) {}

    @Override
    public Object handle(TaskContext task) throws Exception {
        SourceIndex index = work.index(task);
        List<Manifest> read = new ArrayList<>();
        for (String path : index.manifests()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled while reading manifests");
            }
            if (read.size() < MAX_MANIFESTS) {
                read.add(ManifestReader.read(index.rootPath(), path));
            }
        }
        Manifests manifests = new Manifests(read, index.manifests().size() > MAX_MANIFESTS);
        List<Dependency> declared = read.stream()
                .flatMap(manifest -> manifest.dependencies().stream())
                .toList();
        return new Result(
                work.write(task, "manifests", manifests),
                read.size(),
                declared.size(),
                (int) declared.stream().map(Dependency::name).distinct().count(),
                (int) read.stream()
                        .filter(manifest -> !manifest.problem().isEmpty())
                        .count(),
                manifests.truncated());
    }
}
