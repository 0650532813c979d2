package io.agentorchestrator.agents.source.language;

import static io.agentorchestrator.agents.source.language.Syntax.*;
import static io.agentorchestrator.agents.source.language.Syntax.FunctionStyle.*;
import static java.util.stream.Collectors.toUnmodifiableMap;

import com.fasterxml.jackson.annotation.JsonValue;
import io.agentorchestrator.agents.source.language.Syntax.FunctionStyle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The languages that are told apart, by file name. Markup and configuration are only sized. */
@SuppressWarnings("ImmutableEnumChecker") // what it holds is made immutable here and never changes
public enum Language {
    JAVA("Java", "java", C_COMMENTS, C_DECISIONS, PARENTHESES, TRIPLE_DOUBLE, DOUBLE, SINGLE),
    PYTHON(
            "Python",
            "py pyi",
            HASH,
            "if elif for while except and or case",
            INDENTED,
            TRIPLE_DOUBLE,
            TRIPLE_SINGLE,
            DOUBLE,
            SINGLE),
    JAVASCRIPT("JavaScript", "js jsx mjs cjs", C_COMMENTS, WEB_DECISIONS, PARENTHESES_AND_ARROWS, WEB_LITERALS),
    TYPESCRIPT("TypeScript", "ts tsx mts cts", C_COMMENTS, WEB_DECISIONS, PARENTHESES_AND_ARROWS, WEB_LITERALS),
    GO("Go", "go", C_COMMENTS, "if for case && ||", KEYWORD, DOUBLE, SINGLE, BACKTICK_RAW),
    RUST("Rust", "rs", NESTED_COMMENTS, "if for while && || =>", KEYWORD, RUST_RAW, DOUBLE_OVER_LINES, RUST_CHARACTER),
    C("C", "c h", C_COMMENTS, "if for while case && || ?", PARENTHESES, DOUBLE, SINGLE),
    CPP("C++", "cc cpp cxx hh hpp hxx", C_COMMENTS, C_DECISIONS, PARENTHESES, CPP_RAW, DOUBLE, SINGLE),
    CSHARP(
            "C#",
            "cs",
            C_COMMENTS,
            "if for foreach while case catch && || ??",
            PARENTHESES,
            TRIPLE_DOUBLE,
            DOUBLE,
            SINGLE),
    KOTLIN("Kotlin", "kt kts", NESTED_COMMENTS, "if for while catch && || ?:", KEYWORD, TRIPLE_DOUBLE, DOUBLE, SINGLE),
    SCALA("Scala", "scala sc", NESTED_COMMENTS, "if for while case catch && ||", NONE, TRIPLE_DOUBLE, DOUBLE, SINGLE),
    GROOVY("Groovy", "groovy gradle", C_COMMENTS, C_DECISIONS, NONE, TRIPLE_DOUBLE, TRIPLE_SINGLE, DOUBLE, SINGLE),
    SWIFT("Swift", "swift", NESTED_COMMENTS, "if guard for while case catch && || ??", KEYWORD, TRIPLE_DOUBLE, DOUBLE),
    PHP(
            "PHP",
            "php",
            C_OR_HASH,
            "if elseif for foreach while case catch and or && || ??",
            KEYWORD,
            SINGLE,
            DOUBLE_OVER_LINES),
    RUBY(
            "Ruby",
            "rb rake",
            HASH,
            "if elsif unless while until for when rescue and or && ||",
            NONE,
            SINGLE,
            DOUBLE_OVER_LINES),
    SHELL(
            "Shell",
            "sh bash zsh",
            HASH_AFTER_SPACE,
            "if elif for while until && || ;;",
            PARENTHESES,
            DOUBLE_OVER_LINES,
            SINGLE_OVER_LINES),
    SQL("SQL", "sql", DASHES + "|" + BLOCK, "", NONE, SINGLE_OVER_LINES),
    PROTOBUF("Protocol Buffers", "proto", C_COMMENTS),
    HTML("HTML", "html htm", MARKUP),
    CSS("CSS", "css scss less", BLOCK),
    XML("XML", "xml xsd xslt", MARKUP),
    YAML("YAML", "yaml yml", HASH_AFTER_SPACE),
    JSON("JSON", "json", NO_COMMENTS),
    TOML("TOML", "toml", HASH_AFTER_SPACE),
    PROPERTIES("Properties", "properties ini cfg", HASH_AFTER_SPACE),
    MARKDOWN("Markdown", "md rst adoc", MARKUP),
    BUILD_SCRIPT("Build scripts", "mk cmake dockerfile", HASH_AFTER_SPACE);

    private static final Map<String, Language> BY_EXTENSION = Arrays.stream(values())
            .flatMap(language -> language.extensions.stream().map(extension -> Map.entry(extension, language)))
            .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    private static final Set<String> BUILD_FILES = Set.of("dockerfile", "makefile", "gnumakefile", "cmakelists.txt");

    private final String title;
    private final Set<String> extensions;
    private final Syntax syntax;

    Language(String title, String extensions, String comments) {
        this(title, extensions, comments, "", FunctionStyle.NONE);
    }

    Language(
            String title,
            String extensions,
            String comments,
            String decisions,
            FunctionStyle functions,
            String... literals) {
        this.title = title;
        this.extensions = Set.of(extensions.split(" "));
        this.syntax = Syntax.of(comments, decisions, functions, literals);
    }

    /** The name for people. */
    public String title() {
        return title;
    }

    /** The name in payloads and figures: {@code java}, {@code cpp}. */
    @JsonValue
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return id();
    }

    Syntax syntax() {
        return syntax;
    }

    /** Tells if it has decisions to count; markup, configuration and the like do not. */
    public boolean isProgramming() {
        return !syntax.decisions().isEmpty();
    }

    /** Tells if its functions are found, not only its files. */
    public boolean findsFunctions() {
        return syntax.functions() != FunctionStyle.NONE;
    }

    /** Finds the language by a file's name; a file without an extension has to be looked into, see {@link #ofInterpreter}. */
    public static Optional<Language> ofName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        if (BUILD_FILES.contains(name)) {
            return Optional.of(BUILD_SCRIPT);
        }
        int dot = name.lastIndexOf('.');
        return dot < 0 ? Optional.empty() : Optional.ofNullable(BY_EXTENSION.get(name.substring(dot + 1)));
    }

    /** Finds the language by the first line of a file, if that names an interpreter. */
    public static Optional<Language> ofInterpreter(String firstLine) {
        if (!firstLine.startsWith("#!")) {
            return Optional.empty();
        }
        return Stream.of(PYTHON, JAVASCRIPT, RUBY, SHELL)
                .filter(language -> firstLine.contains(language.interpreter()))
                .findFirst();
    }

    private String interpreter() {
        return switch (this) {
            case JAVASCRIPT -> "node";
            case SHELL -> "sh";
            default -> id();
        };
    }
}
