package io.agentorchestrator.cli.dagfile;

import io.agentorchestrator.cli.dagfile.YamlNode.Alias;
import io.agentorchestrator.cli.dagfile.YamlNode.Mapping;
import io.agentorchestrator.cli.dagfile.YamlNode.Member;
import io.agentorchestrator.cli.failure.CliFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The inputs of a DAG file in YAML. One that a merge key or an alias brings is written beside what brings it, as an explicit name
 * wins over a merged one. An alias elsewhere of a value that changes is replaced by the old value.
 */
record YamlInputs(String file, String text) {
    private static final String INPUTS = "inputs";

    /**
     * The text with other values, given as JSON.
     *
     * @throws YamlEngineException if the text is no YAML
     */
    String with(Map<String, String> values) {
        Map<String, String> yaml = new LinkedHashMap<>();
        values.forEach((name, json) -> yaml.put(name, YamlJson.of(json)));
        YamlSource before = YamlSource.read(file, text);
        if (!(before.root() instanceof Mapping root) || !(inputs(root) instanceof Mapping inputs)) {
            throw DeclaredInputs.none(file);
        }
        DeclaredInputs.check(file, inputs.all().keySet(), yaml.keySet());
        List<Edit> edits = edits(root, inputs, yaml);
        edits.addAll(writtenOut(before.aliases(), edits));
        String changed = Edit.apply(text, edits);
        check(root, inputs, changed, yaml);
        return changed;
    }

    private static @Nullable YamlNode inputs(Mapping root) {
        YamlNode inputs = root.all().get(INPUTS);
        return inputs == null ? null : inputs.itself();
    }

    private List<Edit> edits(Mapping root, Mapping inputs, Map<String, String> yaml) {
        List<Edit> edits = new ArrayList<>();
        Member own = root.own(INPUTS);
        if (own == null) {
            edits.add(putIn(root, INPUTS, written(inputs, yaml)));
        } else if (own.value() instanceof Alias alias) {
            edits.add(new Edit(alias.start(), alias.end(), written(inputs, yaml)));
        } else {
            yaml.forEach((name, value) -> {
                Member member = inputs.own(name);
                edits.add(member == null ? putIn(inputs, name, value) : replace(member, value));
            });
        }
        return edits;
    }

    private Edit replace(Member member, String value) {
        int from = member.key().end();
        return new Edit(from, Math.max(from, member.value().end()), colon(member.key()) + value);
    }

    /** The text between a name and its value. A name behind a question mark ends where a colon begins a line. */
    private String colon(YamlNode name) {
        int mark = name.start() - 1;
        while (mark >= 0 && text.charAt(mark) == ' ') {
            mark--;
        }
        if (mark >= 0 && mark < name.start() - 1 && text.charAt(mark) == '?') {
            return "\n" + " ".repeat(column(mark)) + ": ";
        }
        return name instanceof Alias ? " : " : ": ";
    }

    private int column(int at) {
        return at - (text.lastIndexOf('\n', at - 1) + 1);
    }

    private Edit putIn(Mapping mapping, String name, String value) {
        int at = mapping.inside();
        String next = mapping.flow() ? ", " : "\n" + " ".repeat(column(at));
        return new Edit(at, at, YamlJson.name(name) + value + next);
    }

    /** The inputs in one line. */
    private static String written(Mapping inputs, Map<String, String> yaml) {
        List<String> members = new ArrayList<>();
        inputs.all().forEach((name, old) -> {
            String value = yaml.get(name);
            members.add(YamlJson.name(name) + (value == null ? old.written() : value));
        });
        return "{" + String.join(", ", members) + "}";
    }

    /** Edits that replace an alias by the old value of its target, where that changes and the alias is not replaced itself. */
    private static List<Edit> writtenOut(List<Alias> aliases, List<Edit> edits) {
        return aliases.stream()
                .filter(alias -> edits.stream().noneMatch(edit -> edit.replaces(alias.start(), alias.end()))
                        && edits.stream()
                                .anyMatch(edit -> edit.changes(
                                        alias.target().start(), alias.target().end())))
                .map(alias -> new Edit(alias.start(), alias.end(), alias.written()))
                .toList();
    }

    /** Checks that the new values stand where the old ones stood, and that nothing else has changed its meaning. */
    private void check(Mapping root, Mapping inputs, String changed, Map<String, String> yaml) {
        boolean same;
        try {
            Map<String, String> wanted = meaning(inputs);
            yaml.forEach((name, value) -> wanted.put(
                    name,
                    Objects.requireNonNull(YamlSource.read("The value of the input `" + name + "`", value)
                                    .root())
                            .written()));
            same = YamlSource.read(file, changed).root() instanceof Mapping after
                    && inputs(after) instanceof Mapping now
                    && meaning(now).equals(wanted)
                    && rest(after).equals(rest(root));
        } catch (YamlEngineException e) {
            same = false;
        }
        if (!same) {
            throw new CliFailure(("%s writes `inputs` in a way that no value can be put into (%s): write each as"
                            + " `name: value`, on a line of its own.")
                    .formatted(file, "`" + String.join("`, `", yaml.keySet()) + "`"));
        }
    }

    /** Each member by its name, in the same writing for the same meaning. */
    private static Map<String, String> meaning(Mapping mapping) {
        Map<String, String> meaning = new HashMap<>();
        mapping.all().forEach((name, value) -> meaning.put(name, value.written()));
        return meaning;
    }

    private static Map<String, String> rest(Mapping root) {
        Map<String, String> rest = meaning(root);
        rest.remove(INPUTS);
        return rest;
    }
}
