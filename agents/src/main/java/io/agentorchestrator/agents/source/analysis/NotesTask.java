package io.agentorchestrator.agents.source.analysis;

import io.agentorchestrator.agents.source.analysis.Notes.Note;
import io.agentorchestrator.agents.source.inventory.SourceIndex;
import io.agentorchestrator.agents.source.inventory.SourceReader;
import io.agentorchestrator.agents.source.inventory.WorkFolder;
import io.agentorchestrator.agents.source.language.Comment;
import io.agentorchestrator.sdk.TaskContext;
import io.agentorchestrator.sdk.TaskHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code source-notes}: to-do notes that people left in comments. */
public record NotesTask(WorkFolder work) implements TaskHandler {
    static final int MAX_LISTED = 500;

    private static final int MAX_TEXT = 160;
    private static final Pattern MARKER = Pattern.compile("\\b(TODO|FIXME|HACK|XXX)\\b");
    private static final Pattern DECORATION = Pattern.compile("^[\\s/*#<!;-]+|[\\s*/>-]+$");

    record Result(String details, int notes, Map<String, Integer> byKind, int unreadable) {}

    @Override
    public Object handle(TaskContext task) throws Exception {
        SourceIndex index = work.index(task);
        Map<String, Integer> byKind = new TreeMap<>();
        List<Note> listed = new ArrayList<>();
        int unreadable = new SourceReader(task, index).read(index.files(), (file, source) -> {
            for (Comment comment : source.comments()) {
                Matcher marker = MARKER.matcher(comment.text());
                if (marker.find()) {
                    byKind.merge(marker.group(), 1, Integer::sum);
                    if (listed.size() < MAX_LISTED) {
                        listed.add(new Note(file.path(), comment.line(), marker.group(), tidy(comment.text())));
                    }
                }
            }
        });
        int total = byKind.values().stream().mapToInt(Integer::intValue).sum();
        Notes notes = new Notes(total, byKind, listed, unreadable);
        return new Result(work.write(task, "notes", notes), total, byKind, unreadable);
    }

    private static String tidy(String comment) {
        String text = DECORATION.matcher(comment).replaceAll("");
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    }
}
