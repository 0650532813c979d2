package io.agentorchestrator.cli.console;

/**
 * The size of a terminal.
 *
 * @param rows lines
 * @param columns characters in a line
 */
public record Screen(int rows, int columns) {
    /** The size assumed of a terminal that tells none. */
    public static final Screen DEFAULT = new Screen(24, 80);

    /** Reads what {@code stty size} prints; a terminal that does not know its size says 0. */
    public static Screen parse(String size) {
        String[] words = size.strip().split(" ", -1);
        if (words.length == 2 && words[0].matches("\\d{1,5}") && words[1].matches("\\d{1,5}")) {
            int rows = Integer.parseInt(words[0]);
            int columns = Integer.parseInt(words[1]);
            return new Screen(rows > 0 ? rows : DEFAULT.rows(), columns > 0 ? columns : DEFAULT.columns());
        }
        return DEFAULT;
    }
}
