package io.agentorchestrator.api.body;

import io.agentorchestrator.api.problem.Shown;
import io.agentorchestrator.workflows.model.Limits;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what is wrong with a JSON document. The parser's own messages name its classes and settings, which are nobody's business. */
final class JsonMessages {
    private static final String TOO_SHORT =
            "the document ends too early: a bracket or a quote is not closed, or a value is missing";
    private static final String NO_VALUE = "'%s' is no JSON value; text stands in double quotes";
    private static final String CONTROL =
            "a control character does not stand here; within text it is escaped, as \\n or \\u000a";
    private static final String HALF_A_PAIR =
            "an escape \\ud800 to \\udfff is half of a character, and its other half does not stand beside it";
    private static final String NUMBER = "this is not how JSON writes a number";

    /** Said of a name that exceeds its limit. */
    static final String NAME_TOO_LONG = "a name has more than %,d characters".formatted(JsonDocument.MAX_NAME_LENGTH);

    private static final List<Rule> MALFORMED = List.of(
            rule("Duplicate Object property \"(.*)\"", "the name '%s' stands here twice"),
            rule(".*(?:end-of-input|Too few bytes|undecoded bytes).*", TOO_SHORT),
            rule("Unexpected close marker '(.)'.*", "there is no bracket that this %s would close"),
            rule("Trailing token.*", "there is more behind the end of the document; send one"),
            rule("(?:Unrecognized|Non-standard) token '(.*?)'.*", NO_VALUE),
            // The bytes were checked before.
            rule(".*UTF-8.*|.*surrogate.*|Unexpected byte.*", HALF_A_PAIR),
            rule("Unrecognized character escape '?(.)?.*", "there is no escape \\%s in JSON"),
            rule(".*hex-digit for character escape.*", "\\u takes four hexadecimal digits"),
            rule(".*Illegal (?:unquoted )?character.*|Unexpected character \\(\\(CTRL-CHAR.*", CONTROL),
            rule("Unexpected character \\('(.)' .*colon.*", "a colon is needed between a name and its value, not '%s'"),
            rule("Unexpected character \\('(.)' .*property name.*", "a name in double quotes is needed, not '%s'"),
            rule("Unexpected character \\('(.)' .*comma.*", "a comma is needed before the next element, not '%s'"),
            rule("Invalid numeric value.*|.*numeric value.*|.*number.*|Decimal point not.*|Exponent.*", NUMBER),
            rule("Unexpected character \\('(.)' .*", "a value does not begin with '%s'"));

    private static final List<Rule> BEYOND_LIMITS = List.of(
            rule(".*nesting depth.*", "it is nested deeper than " + Limits.MAX_JSON_DEPTH + " levels"),
            rule("Number .*", "a number has more than %,d characters".formatted(JsonDocument.MAX_NUMBER_LENGTH)),
            rule("Name .*", NAME_TOO_LONG));

    private JsonMessages() {}

    /** Says what is malformed, from the parser's message. */
    static String malformed(String original) {
        return first(MALFORMED, original, "this is not JSON");
    }

    /** Says which limit the document exceeds, from the parser's message. */
    static String beyondLimits(String original) {
        return first(BEYOND_LIMITS, original, "a text, a name or a number is too long");
    }

    private static String first(List<Rule> rules, String original, String otherwise) {
        for (Rule rule : rules) {
            Matcher matcher = rule.pattern.matcher(original);
            if (matcher.matches()) {
                String found = matcher.groupCount() == 0 || matcher.group(1) == null ? "" : matcher.group(1);
                return rule.message.replace("%s", Shown.text(found));
            }
        }
        return otherwise;
    }

    private static Rule rule(String pattern, String message) {
        return new Rule(Pattern.compile(pattern, Pattern.DOTALL), message);
    }

    /** A message for what the parser says; {@code %s} is what its first group found. */
    private record Rule(Pattern pattern, String message) {}
}
