package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.failure.UsageFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;

/**
 * A value of a repeatable option that gives JSON by a name, such as {@code --input-json NAME=JSON}.
 *
 * @param typed the option as it was typed
 */
record NamedJson(String typed, String name, String json) {
    /**
     * Reads the values of an option.
     *
     * @param form of a value, such as {@code NAME=JSON}
     * @param json makes JSON of a name and its text
     * @throws UsageFailure if one names nothing
     */
    static Stream<NamedJson> of(String option, String form, List<String> values, BinaryOperator<String> json) {
        return values.stream().map(given -> {
            int end = given.indexOf('=');
            if (end < 1) {
                throw new UsageFailure(option + " takes " + form + ", not `" + given + "`.");
            }
            String name = given.substring(0, end);
            return new NamedJson(option + " " + given, name, json.apply(name, given.substring(end + 1)));
        });
    }

    /**
     * JSON by name, in order.
     *
     * @param what names what is given, such as {@code the input}
     * @throws UsageFailure if something is given twice
     */
    static Map<String, String> byName(String what, Stream<NamedJson> all) {
        Map<String, String> values = new LinkedHashMap<>();
        all.forEach(each -> {
            if (values.put(each.name, each.json) != null) {
                throw new UsageFailure("%s: %s `%s` is given twice.".formatted(each.typed, what, each.name));
            }
        });
        return values;
    }
}
