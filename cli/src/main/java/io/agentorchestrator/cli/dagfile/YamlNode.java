package io.agentorchestrator.cli.dagfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node of a document in YAML: what it says, and the part of the text that it takes, in UTF-16 units. */
sealed interface YamlNode {
    String TAGS = "tag:yaml.org,2002:";

    /** Where it begins: its anchor and its tag belong to it. */
    int start();

    /** Where it has ended. */
    int end();

    /** The node itself, where this is an alias of it. */
    default YamlNode itself() {
        return this;
    }

    /** Writes it as YAML that stands in one line anywhere and means the same: aliases and merge keys written out. */
    void write(Consumer<String> out);

    /** The text that {@link #write} writes. */
    default String written() {
        StringBuilder text = new StringBuilder();
        write(text::append);
        return text.toString();
    }

    /** A text, number, truth or null. */
    record Scalar(int start, int end, @Nullable String tag, String text, boolean plain) implements YamlNode {
        @Override
        public void write(Consumer<String> out) {
            out.accept(tag == null && plain ? YamlJson.plain(text) : prefix(tag, "str") + YamlJson.quoted(text));
        }
    }

    /** A list. */
    record Sequence(int start, int end, @Nullable String tag, List<YamlNode> items) implements YamlNode {
        @Override
        public void write(Consumer<String> out) {
            out.accept(prefix(tag, "seq") + "[");
            String between = "";
            for (YamlNode item : items) {
                out.accept(between);
                item.write(out);
                between = ", ";
            }
            out.accept("]");
        }
    }

    /** A name with its value. */
    record Member(YamlNode key, YamlNode value) {
        String name() {
            return key.itself() instanceof Scalar scalar ? scalar.text() : key.written();
        }

        /** As the API has it: the merge key is written without quotes, and is no alias. */
        boolean merges() {
            return key instanceof Scalar scalar
                    && scalar.text().equals("<<")
                    && (scalar.tag() == null ? scalar.plain() : scalar.tag().equals(TAGS + "merge"));
        }
    }

    /**
     * Names with values.
     *
     * @param flow whether it stands in braces
     * @param inside where its first member may be put in
     */
    record Mapping(int start, int end, @Nullable String tag, boolean flow, int inside, List<Member> members)
            implements YamlNode {
        /** Every value by its name, those that merge keys bring included, behind the others: the first of a name counts. */
        Map<String, YamlNode> all() {
            Map<String, YamlNode> all = new LinkedHashMap<>();
            members.stream().filter(each -> !each.merges()).forEach(each -> all.putIfAbsent(each.name(), each.value()));
            for (Member merged : members.stream().filter(Member::merges).toList()) {
                YamlNode source = merged.value().itself();
                List<YamlNode> sources = source instanceof Sequence list ? list.items() : List.of(source);
                for (YamlNode each : sources) {
                    if (each.itself() instanceof Mapping mapping) {
                        mapping.all().forEach(all::putIfAbsent);
                    }
                }
            }
            return all;
        }

        /** The member that stands here under a name, and is not merged; null if there is none. */
        @Nullable Member own(String name) {
            return members.stream()
                    .filter(each -> !each.merges() && each.name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public void write(Consumer<String> out) {
            out.accept(prefix(tag, "map") + "{");
            String between = "";
            for (Map.Entry<String, YamlNode> each : all().entrySet()) {
                out.accept(between + YamlJson.name(each.getKey()));
                each.getValue().write(out);
                between = ", ";
            }
            out.accept("}");
        }
    }

    /** A node that stands elsewhere. */
    record Alias(int start, int end, YamlNode target) implements YamlNode {
        @Override
        public YamlNode itself() {
            return target;
        }

        @Override
        public void write(Consumer<String> out) {
            target.write(out);
        }
    }

    /** The tag and a space; nothing for the usual one. */
    private static String prefix(@Nullable String tag, String usual) {
        return tag == null || tag.equals("!") || tag.equals(TAGS + usual) ? "" : "!<" + tag + "> ";
    }
}
