package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.json.LosslessJson;
import java.util.List;
import java.util.Random;

/** Random JSON, as people and programs write it: any spelling of numbers, escapes, depth, white space. */
public final class RandomJson {
    private static final int MAX_DEPTH = 60;
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "7e12345",
            "3.10",
            "null",
            "true",
            "~",
            "a=b",
            "-",
            "ü",
            "部署",
            "😀",
            "\u202e",
            "\ufeff",
            "\u0085",
            "\u2028",
            "# no comment",
            "a: b",
            "{",
            "[",
            "*x",
            "&x",
            "!t",
            "%",
            "@",
            "`",
            "'",
            "\"",
            "\\",
            "\t",
            "\n",
            "${inputs.v}");

    private final Random random;
    private final boolean longNames;

    /** @param longNames whether there are names that YAML takes behind a question mark only */
    public RandomJson(Random random, boolean longNames) {
        this.random = random;
        this.longNames = longNames;
    }

    static String quoted(String text) {
        return LosslessJson.write(text);
    }

    /** A value. */
    public String value() {
        return random.nextInt(20) == 0 ? deep() : value(0);
    }

    /** An object. */
    String object() {
        return object(0);
    }

    /** Text that an argument can hold. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            text.append(TEXTS.get(random.nextInt(TEXTS.size())));
        }
        return text.toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> number();
            case 1 -> number();
            case 2 -> quoted(text());
            case 3 -> escaped();
            case 4 -> List.of("true", "false", "null", "{}", "[]", "\"\"").get(random.nextInt(6));
            case 5 -> object(depth);
            default -> array(depth);
        };
    }

    private String object(int depth) {
        StringBuilder object = new StringBuilder("{");
        for (int i = random.nextInt(4); i > 0; i--) {
            String name = longNames && random.nextInt(30) == 0 ? "n".repeat(1_500) : text();
            object.append(quoted(name + i)).append(":").append(space()).append(value(depth + 1));
            object.append(i > 1 ? "," + space() : "");
        }
        return object.append('}').toString();
    }

    private String array(int depth) {
        StringBuilder array = new StringBuilder("[");
        for (int i = random.nextInt(4); i > 0; i--) {
            array.append(space()).append(value(depth + 1)).append(i > 1 ? "," : "");
        }
        return array.append(']').toString();
    }

    private String deep() {
        int depth = 1 + random.nextInt(MAX_DEPTH);
        return "[".repeat(depth) + number() + "]".repeat(depth);
    }

    private String space() {
        return List.of("", " ", "  ").get(random.nextInt(3));
    }

    private String escaped() {
        return List.of(
                        "\"\\u0000\"",
                        "\"\\ud83d\\ude00\"",
                        "\"\\ud83d\"",
                        "\"\\/\\b\\f\"",
                        "\"\\u00fc\\udc00\"",
                        "\"\u007f\"")
                .get(random.nextInt(6));
    }

    private String number() {
        boolean longest = random.nextInt(10) == 0;
        String digits = longest ? digits(400) : digits(1 + random.nextInt(25));
        String sign = !longest && random.nextBoolean() ? "-" : "";
        return switch (random.nextInt(5)) {
            case 0 -> sign + digits;
            case 1 -> sign + digits(1 + random.nextInt(9)) + "." + random.nextInt(100) + "0";
            case 2 -> sign + "0." + digits(1 + random.nextInt(300));
            case 3 -> random.nextInt(1, 10) + "e" + random.nextInt(99_999);
            default -> sign + "1.50E" + (random.nextBoolean() ? "+" : "-") + "0" + random.nextInt(400);
        };
    }

    private String digits(int count) {
        StringBuilder digits = new StringBuilder().append(1 + random.nextInt(9));
        while (digits.length() < count) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }
}
