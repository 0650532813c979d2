package io.agentorchestrator.agents.source.language;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ParserConfiguration.LanguageLevel;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.CompactConstructorDeclaration;
import com.github.javaparser.ast.body.ConstructorDeclaration;
import com.github.javaparser.ast.body.InitializerDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.stmt.CatchClause;
import com.github.javaparser.ast.stmt.DoStmt;
import com.github.javaparser.ast.stmt.ForEachStmt;
import com.github.javaparser.ast.stmt.ForStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.SwitchEntry;
import com.github.javaparser.ast.stmt.WhileStmt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Cyclomatic complexity of Java by its syntax tree (JavaParser): 1 for a method, and 1 for each if, for, while, do, case
 * that has labels, guard, catch, conditional operator, and each of the operators for "and" and "or". Lambdas count to the
 * method they stand in; methods of local and anonymous classes count by themselves.
 */
final class JavaMeasure {
    private final List<FunctionFigures> functions = new ArrayList<>();

    private JavaMeasure() {}

    /** Empty if the text does not parse. */
    static Optional<FileFigures> measure(String text) {
        return parse(text, LanguageLevel.JAVA_25)
                .or(() -> parse(text, LanguageLevel.RAW)) // knows yield less well, but allows what is older or newer
                .map(unit -> new JavaMeasure().measure(unit));
    }

    private static Optional<CompilationUnit> parse(String text, LanguageLevel level) {
        try {
            ParseResult<CompilationUnit> parsed = new JavaParser(
                            new ParserConfiguration().setLanguageLevel(level).setAttributeComments(false))
                    .parse(text);
            return parsed.isSuccessful() ? parsed.getResult() : Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            return Optional.empty(); // not Java as this parser knows it, or nested too deeply: the caller says so
        }
    }

    private FileFigures measure(CompilationUnit unit) {
        AtomicInteger outside = new AtomicInteger();
        visit(unit, outside);
        return FileFigures.of(functions, outside.get(), true);
    }

    private void visit(Node node, AtomicInteger around) {
        String name = nameOf(node);
        AtomicInteger counter = name == null ? around : new AtomicInteger();
        counter.addAndGet(decisions(node));
        for (Node child : node.getChildNodes()) {
            visit(child, counter);
        }
        if (name != null) {
            int line = node.getRange().map(range -> range.begin.line).orElse(0);
            int lines = node.getRange()
                    .map(range -> range.end.line - range.begin.line + 1)
                    .orElse(0);
            functions.add(new FunctionFigures(typeOf(node) + name, line, lines, 1 + counter.get()));
        }
    }

    private static @Nullable String nameOf(Node node) {
        return switch (node) {
            case MethodDeclaration method -> method.getBody().isPresent() ? method.getNameAsString() : null;
            case ConstructorDeclaration _, CompactConstructorDeclaration _ -> "<init>";
            case InitializerDeclaration initialiser -> initialiser.isStatic() ? "<clinit>" : "<init>";
            default -> null;
        };
    }

    private static String typeOf(Node node) {
        return node.getParentNode()
                .filter(TypeDeclaration.class::isInstance)
                .map(type -> ((TypeDeclaration<?>) type).getNameAsString() + ".")
                .orElse("(anonymous).");
    }

    private static int decisions(Node node) {
        return switch (node) {
            case IfStmt _, ForStmt _, ForEachStmt _, WhileStmt _, DoStmt _, CatchClause _, ConditionalExpr _ -> 1;
            case SwitchEntry entry ->
                (entry.getLabels().isEmpty() ? 0 : 1) + (entry.getGuard().isPresent() ? 1 : 0);
            case BinaryExpr operation ->
                operation.getOperator() == BinaryExpr.Operator.AND || operation.getOperator() == BinaryExpr.Operator.OR
                        ? 1
                        : 0;
            default -> 0;
        };
    }
}
