package io.agentorchestrator.agents.source.inventory;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The files of a directory, as the inventory lists them for all the tasks that follow.
 *
 * @param root the analysed directory, absolute
 * @param git whether git told which files there are, so that .gitignore was honoured
 * @param files sorted by path
 * @param manifests dependency manifests, paths relative to the root, sorted
 * @param otherFiles files of no language that is known here
 * @param skipped number of files left out, by reason
 * @param truncated whether there were more files than are ever listed
 */
public record SourceIndex(
        String root,
        boolean git,
        List<SourceFile> files,
        List<String> manifests,
        int otherFiles,
        Map<String, Integer> skipped,
        boolean truncated) {
    public SourceIndex {
        files = List.copyOf(files);
        manifests = List.copyOf(manifests);
    }

    public Path rootPath() {
        return Path.of(root);
    }

    /** The directory's own name, fit for a file name. */
    public String name() {
        Path last = rootPath().getFileName();
        String name = last == null ? "root" : last.toString().replaceAll("[^A-Za-z0-9._-]", "-");
        return name.length() > 60 ? name.substring(0, 60) : name;
    }
}
