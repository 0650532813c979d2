package io.agentorchestrator.agents.source.language;

import static io.agentorchestrator.agents.source.language.Syntax.C_DECISIONS;
import static io.agentorchestrator.agents.source.language.Syntax.C_SYMBOLS;
import static io.agentorchestrator.agents.source.language.Syntax.cLike;
import static io.agentorchestrator.agents.source.language.Syntax.hashed;
import static io.agentorchestrator.agents.source.language.Syntax.text;

import io.agentorchestrator.agents.source.language.Syntax.FunctionStyle;
import io.agentorchestrator.agents.source.language.Syntax.StringStyle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The languages that are told apart, by file name. Markup and configuration are only sized. */
@SuppressWarnings("ImmutableEnumChecker") // what it holds is made immutable here and never changes
public enum Language {
    JAVA("Java", cLike(C_DECISIONS, C_SYMBOLS, FunctionStyle.PARENTHESES, StringStyle.TRIPLE_DOUBLE), "java"),
    PYTHON(
            "Python",
            hashed(
                    Set.of("if", "elif", "for", "while", "except", "and", "or", "case"),
                    Set.of(),
                    FunctionStyle.INDENTED,
                    StringStyle.TRIPLE_DOUBLE,
                    StringStyle.TRIPLE_SINGLE,
                    StringStyle.DOUBLE,
                    StringStyle.SINGLE),
            "py",
            "pyi"),
    JAVASCRIPT("JavaScript", webScript(), "js", "jsx", "mjs", "cjs"),
    TYPESCRIPT("TypeScript", webScript(), "ts", "tsx", "mts", "cts"),
    GO(
            "Go",
            cLike(Set.of("if", "for", "case"), Set.of("&&", "||"), FunctionStyle.KEYWORD, StringStyle.BACKTICK_RAW),
            "go"),
    RUST(
            "Rust",
            cLike(
                            Set.of("if", "for", "while"),
                            Set.of("&&", "||", "=>"),
                            FunctionStyle.KEYWORD,
                            StringStyle.RUST_RAW,
                            StringStyle.RUST_CHARACTER,
                            StringStyle.DOUBLE_OVER_LINES)
                    .without(StringStyle.SINGLE)
                    .without(StringStyle.DOUBLE)
                    .nested(),
            "rs"),
    C("C", cLike(Set.of("if", "for", "while", "case"), C_SYMBOLS, FunctionStyle.PARENTHESES), "c", "h"),
    CPP(
            "C++",
            cLike(C_DECISIONS, C_SYMBOLS, FunctionStyle.PARENTHESES, StringStyle.CPP_RAW),
            "cc",
            "cpp",
            "cxx",
            "hh",
            "hpp",
            "hxx"),
    CSHARP(
            "C#",
            cLike(
                    Set.of("if", "for", "foreach", "while", "case", "catch"),
                    Set.of("&&", "||", "??"),
                    FunctionStyle.PARENTHESES,
                    StringStyle.TRIPLE_DOUBLE),
            "cs"),
    KOTLIN(
            "Kotlin",
            cLike(
                            Set.of("if", "for", "while", "catch"),
                            Set.of("&&", "||", "?:"),
                            FunctionStyle.KEYWORD,
                            StringStyle.TRIPLE_DOUBLE)
                    .nested(),
            "kt",
            "kts"),
    SCALA(
            "Scala",
            cLike(C_DECISIONS, Set.of("&&", "||"), FunctionStyle.NONE, StringStyle.TRIPLE_DOUBLE)
                    .nested(),
            "scala",
            "sc"),
    GROOVY(
            "Groovy",
            cLike(C_DECISIONS, C_SYMBOLS, FunctionStyle.NONE, StringStyle.TRIPLE_DOUBLE, StringStyle.TRIPLE_SINGLE),
            "groovy",
            "gradle"),
    SWIFT(
            "Swift",
            cLike(
                            Set.of("if", "guard", "for", "while", "case", "catch"),
                            Set.of("&&", "||", "??"),
                            FunctionStyle.KEYWORD,
                            StringStyle.TRIPLE_DOUBLE)
                    .without(StringStyle.SINGLE)
                    .nested(),
            "swift"),
    PHP(
            "PHP",
            new Syntax(
                    List.of("//", "#"),
                    List.of("/*", "*/"),
                    false,
                    Set.of(StringStyle.DOUBLE_OVER_LINES, StringStyle.SINGLE),
                    Set.of("if", "elseif", "for", "foreach", "while", "case", "catch", "and", "or"),
                    Set.of("&&", "||", "??"),
                    FunctionStyle.KEYWORD),
            "php"),
    RUBY(
            "Ruby",
            hashed(
                    Set.of("if", "elsif", "unless", "while", "until", "for", "when", "rescue", "and", "or"),
                    Set.of("&&", "||"),
                    FunctionStyle.NONE,
                    StringStyle.DOUBLE_OVER_LINES,
                    StringStyle.SINGLE),
            "rb",
            "rake"),
    SHELL(
            "Shell",
            hashed(
                    Set.of("if", "elif", "for", "while", "until"),
                    Set.of("&&", "||", ";;"),
                    FunctionStyle.PARENTHESES,
                    StringStyle.DOUBLE_OVER_LINES,
                    StringStyle.SINGLE_OVER_LINES),
            "sh",
            "bash",
            "zsh"),
    SQL(
            "SQL",
            new Syntax(
                    List.of("--"),
                    List.of("/*", "*/"),
                    false,
                    Set.of(StringStyle.SINGLE_OVER_LINES),
                    Set.of(),
                    Set.of(),
                    FunctionStyle.NONE),
            "sql"),
    PROTOBUF("Protocol Buffers", text(List.of("//"), List.of("/*", "*/")), "proto"),
    HTML("HTML", text(List.of(), List.of("<!--", "-->")), "html", "htm"),
    CSS("CSS", text(List.of(), List.of("/*", "*/")), "css", "scss", "less"),
    XML("XML", text(List.of(), List.of("<!--", "-->")), "xml", "xsd", "xslt"),
    YAML("YAML", text(List.of("#"), List.of()), "yaml", "yml"),
    JSON("JSON", text(List.of(), List.of()), "json"),
    TOML("TOML", text(List.of("#"), List.of()), "toml"),
    PROPERTIES("Properties", text(List.of("#"), List.of()), "properties", "ini", "cfg"),
    MARKDOWN("Markdown", text(List.of(), List.of("<!--", "-->")), "md", "rst", "adoc"),
    BUILD_SCRIPT("Build scripts", text(List.of("#"), List.of()), "mk", "cmake", "dockerfile");

    private static final Map<String, Language> BY_EXTENSION = new HashMap<>();
    private static final Set<String> BUILD_FILES = Set.of("dockerfile", "makefile", "gnumakefile", "cmakelists.txt");

    static {
        for (Language language : values()) {
            language.extensions.forEach(extension -> BY_EXTENSION.put(extension, language));
        }
    }

    private final String title;
    private final Syntax syntax;
    private final List<String> extensions;

    Language(String title, Syntax syntax, String... extensions) {
        this.title = title;
        this.syntax = syntax;
        this.extensions = List.of(extensions);
    }

    private static Syntax webScript() {
        return cLike(
                C_DECISIONS,
                Set.of("&&", "||", "??", "?"),
                FunctionStyle.PARENTHESES_AND_ARROWS,
                StringStyle.BACKTICK_TEMPLATE,
                StringStyle.REGEX);
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** In payloads and figures: {@code java}, {@code cpp}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    Syntax syntax() {
        return syntax;
    }

    /** Whether it has decisions to count; markup, configuration and the like do not. */
    public boolean isProgramming() {
        return !syntax.decisionWords().isEmpty();
    }

    /** How functions were found, in words for the report. */
    public boolean findsFunctions() {
        return syntax.functions() != FunctionStyle.NONE;
    }

    public static Optional<Language> byId(String id) {
        return Arrays.stream(values())
                .filter(language -> language.id().equals(id))
                .findFirst();
    }

    /** By a file's name; a file without an extension has to be looked into, see {@link #ofInterpreter}. */
    public static Optional<Language> ofName(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        if (BUILD_FILES.contains(name)) {
            return Optional.of(BUILD_SCRIPT);
        }
        int dot = name.lastIndexOf('.');
        return dot < 0 ? Optional.empty() : Optional.ofNullable(BY_EXTENSION.get(name.substring(dot + 1)));
    }

    /** By the first line of a file, if that names an interpreter. */
    public static Optional<Language> ofInterpreter(String firstLine) {
        if (!firstLine.startsWith("#!")) {
            return Optional.empty();
        }
        if (firstLine.contains("python")) {
            return Optional.of(PYTHON);
        }
        if (firstLine.contains("node")) {
            return Optional.of(JAVASCRIPT);
        }
        if (firstLine.contains("ruby")) {
            return Optional.of(RUBY);
        }
        return firstLine.contains("sh") ? Optional.of(SHELL) : Optional.empty();
    }
}
