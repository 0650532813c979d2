package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.failure.CliFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the inputs of a DAG file stand in its text. Not thread-safe. */
final class DeclaredInputs {
    private final String file;
    private final String text;
    private final Map<String, Place> places = new LinkedHashMap<>();
    private boolean declared;

    DeclaredInputs(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * A part of the text that a value takes.
     *
     * @param before what is written before the new value
     */
    private record Place(int start, int end, String before) {}

    /** The file has inputs, if none in particular. */
    void declare() {
        declared = true;
    }

    /** Notes where an input's value is. One that stands there twice is for the API to refuse: the first is noted. */
    void add(String name, int start, int end, String before) {
        places.putIfAbsent(name, new Place(start, end, before));
    }

    /** The text with other values in these places. */
    String with(Map<String, String> values) {
        if (!declared) {
            throw new CliFailure(
                    file + " declares no inputs, so it takes no --input and no --input-json: add `inputs:` to it.");
        }
        List<Map.Entry<Place, String>> changes = new ArrayList<>();
        values.forEach((name, value) -> {
            Place place = places.get(name);
            if (place == null) {
                throw new CliFailure("%s declares no input `%s`; it takes %s."
                        .formatted(file, name, places.isEmpty() ? "none" : String.join(", ", places.keySet())));
            }
            changes.add(Map.entry(place, value));
        });
        changes.sort(Comparator.comparingInt(change -> change.getKey().start()));
        StringBuilder changed = new StringBuilder();
        int done = 0;
        for (Map.Entry<Place, String> change : changes) {
            Place place = change.getKey();
            changed.append(text, done, place.start()).append(place.before()).append(change.getValue());
            done = place.end();
        }
        return changed.append(text, done, text.length()).toString();
    }
}
