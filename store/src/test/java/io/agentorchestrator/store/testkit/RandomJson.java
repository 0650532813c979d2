package io.agentorchestrator.store.testkit;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random JSON, compact, as it may come from anybody: numbers in every spelling, text in every script, nested. Not thread-safe. */
public final class RandomJson {
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "-0.0",
        "3.10",
        "12345678.90",
        "1e400",
        "1E5",
        "-1.50e-7",
        "0.00000001",
        "9007199254740993",
        "12345678901234567890",
        "12345678901234567.89",
        "20200219",
        "1.0",
        "100e-2"
    };
    private static final int[] CHARACTERS = {
        'a', 'Z', '0', ' ', '/', '$', '{', '}', '.', '\'', '[', 'ü', '€', '中', 0x202E, 0x2028, 0x1F600, 0x7F
    };

    private final Random random;

    public RandomJson(Random random) {
        this.random = random;
    }

    /** A value of so many levels at most. */
    public String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> random.nextBoolean() ? "null" : Boolean.toString(random.nextBoolean());
            case 1, 2 -> number();
            case 3, 4 -> '"' + text() + '"';
            case 5 -> "[" + list(depth, false) + "]";
            default -> object(depth);
        };
    }

    /** An object of so many levels at most. */
    public String object(int depth) {
        return "{" + list(depth, true) + "}";
    }

    private String list(int depth, boolean named) {
        return IntStream.range(0, random.nextInt(5))
                .mapToObj(i -> (named ? "\"" + text() + i + "\":" : "") + value(depth - 1))
                .collect(Collectors.joining(","));
    }

    private String number() {
        return switch (random.nextInt(4)) {
            case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
            case 1 -> digits(1 + random.nextInt(399));
            case 2 -> "-" + digits(1 + random.nextInt(20)) + "." + digits(1 + random.nextInt(300));
            default -> digits(3) + "e" + (random.nextBoolean() ? "+" : "-") + random.nextInt(1_000);
        };
    }

    private String digits(int count) {
        return (1 + random.nextInt(9))
                + IntStream.range(1, count)
                        .mapToObj(i -> Integer.toString(random.nextInt(10)))
                        .collect(Collectors.joining());
    }

    /** Without <code>${</code>, which templates would read. */
    private String text() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(12); left > 0; left--) {
            if (random.nextInt(6) == 0) {
                text.append(random.nextBoolean() ? "\\n" : "\\\"");
            } else {
                text.appendCodePoint(CHARACTERS[random.nextInt(CHARACTERS.length)]);
            }
        }
        return text.toString().replace("${", "$ {");
    }
}
