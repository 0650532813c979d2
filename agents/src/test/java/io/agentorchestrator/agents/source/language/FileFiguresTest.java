package io.agentorchestrator.agents.source.language;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileFiguresTest {
    @Test
    void measuresJavaByItsSyntaxTree() {
        FileFigures figures = measure(Language.JAVA, """
                class A {
                    int f = g() ? 1 : 2;
                    A() { if (true) {} }
                    int m(Object o, int n) {
                        for (int i = 0; i < n; i++) while (n > 1 && n < 9 || n == 4) n--;
                        for (var x : List.of()) do { n++; } while (n < 3);
                        try { n++; } catch (RuntimeException e) { n--; }
                        Runnable r = () -> { if (n > 0) m(o, n); };
                        return switch (o) {
                            case Integer i when i > 3 -> 1;
                            case String s -> 2;
                            default -> 3;
                        };
                    }
                    abstract void none();
                    Object anonymous() {
                        return new Object() {
                            public String toString() { return true ? "a" : "b"; }
                        };
                    }
                    static { if (false) {} }
                }
                """);

        assertThat(figures.parsed()).isTrue();
        assertThat(figures.functions())
                .containsExactlyInAnyOrder(
                        new FunctionFigures("A.<init>", 3, 1, 2),
                        new FunctionFigures("A.m", 4, 11, 12),
                        new FunctionFigures("A.anonymous", 16, 5, 1),
                        new FunctionFigures("(anonymous).toString", 18, 1, 2),
                        new FunctionFigures("A.<clinit>", 21, 1, 2));
        assertThat(figures.complexity()).as("with 2 for the field's decision").isEqualTo(2 + 12 + 1 + 2 + 2 + 2);
    }

    @Test
    void countsTokensOfJavaThatDoesNotParse() {
        FileFigures figures = measure(Language.JAVA, """
                class A {
                    void m(int n) throws Exception { if (n > 1 && n < 3) { return } }
                    int
                """);

        assertThat(figures.parsed()).isFalse();
        assertThat(figures.functions()).containsExactly(new FunctionFigures("m", 2, 1, 3));
    }

    @Test
    void parsesWhatIsNewInJava() {
        FileFigures figures = measure(Language.JAVA, """
                import module java.base;
                record P(int x, int y) {
                    P { if (x < 0) throw new IllegalArgumentException(); }
                    static String of(Object o) {
                        return switch (o) { case P(int x, _) when x > 1 -> "p"; case null, default -> "other"; };
                    }
                }
                """);

        assertThat(figures.parsed()).isTrue();
        assertThat(figures.functions()).extracting(FunctionFigures::complexity).containsExactly(2, 4);
    }

    @Test
    void measuresPythonByIndentation() {
        FileFigures figures = measure(Language.PYTHON, """
                import sys

                if len(sys.argv) > 1 and sys.argv[1]:
                    print("if for while")

                class A:
                    async def m(self, xs):
                        for x in xs:
                            if x or not x:
                                pass
                        return [y for y in xs if y]

                    def n(
                        self,
                    ):
                        def inner(z):
                            return 1 if z else 2
                        match self:
                            case A():
                                return inner(1)
                        case = 3

                def last(): return 1
                x = 2
                """);

        assertThat(figures.functions())
                .containsExactlyInAnyOrder(
                        new FunctionFigures("m", 7, 5, 6),
                        new FunctionFigures("n", 13, 9, 2),
                        new FunctionFigures("inner", 16, 2, 2),
                        new FunctionFigures("last", 23, 1, 1));
        assertThat(figures.complexity()).isEqualTo(6 + 2 + 2 + 1 + 3);
    }

    @Test
    void measuresJavaScriptAndTypeScript() {
        FileFigures figures = measure(Language.TYPESCRIPT, """
                function f(a?: number): string {
                  return a ? "x" : (b ?? c)?.d;
                }
                const g = async (x: number): Promise<void> => {
                  if (x && x > 1) { await x; }
                };
                class C {
                  m(a: string): Map<string, number> {
                    for (const x of y) { switch (x) { case 1: break; default: } }
                    return new Map();
                  }
                }
                y.forEach((z) => { while (z) {} });
                h(function () { return 1; });
                """);

        assertThat(figures.functions())
                .containsExactlyInAnyOrder(
                        new FunctionFigures("f", 1, 3, 3),
                        new FunctionFigures("g", 4, 3, 3),
                        new FunctionFigures("m", 8, 4, 3),
                        new FunctionFigures("(anonymous)", 13, 1, 2),
                        new FunctionFigures("(anonymous)", 14, 1, 1));
    }

    @Test
    void measuresGo() {
        FileFigures figures = measure(Language.GO, """
                package a

                type F func(int) string

                func (r *R) Method(x interface{}, f func() int) (int, error) {
                	if x != nil && f() > 0 {
                		return 1, nil
                	}
                	for {
                		select {
                		case <-c:
                		}
                	}
                }

                func plain() struct{} {
                	return struct{}{}
                }
                """);

        assertThat(figures.functions())
                .containsExactlyInAnyOrder(
                        new FunctionFigures("Method", 5, 10, 5), new FunctionFigures("plain", 16, 3, 1));
    }

    @Test
    void measuresRust() {
        FileFigures figures = measure(Language.RUST, """
                trait T { fn declared(&self); }
                impl<'a> T for S<'a> {
                    fn declared(&self) {
                        match self.x { 1 => {}, _ => { if a || b {} } }
                    }
                }
                """);

        assertThat(figures.functions()).containsExactly(new FunctionFigures("declared", 3, 3, 5));
    }

    @Test
    void measuresCAndCpp() {
        FileFigures c = measure(Language.C, """
                #define IF if
                static int f(int a, char *s)
                {
                    for (int i = 0; i < a; i++) { if (s[i] == '"' || a) return a ? 1 : 2; }
                    switch (a) { case 1: case 2: break; default: break; }
                }
                """);
        assertThat(c.functions()).containsExactly(new FunctionFigures("f", 2, 5, 7));

        FileFigures cpp = measure(Language.CPP, """
                Foo::Foo(int a) : x(a), y(b(a)) { if (a) {} }
                bool Foo::get() const noexcept { return x && y; }
                auto bar() -> std::vector<int> { try {} catch (...) {} }
                int z = array{1, 2}[0];
                """);
        assertThat(cpp.functions())
                .containsExactlyInAnyOrder(
                        new FunctionFigures("Foo", 1, 1, 2),
                        new FunctionFigures("get", 2, 1, 2),
                        new FunctionFigures("bar", 3, 1, 2));
    }

    @Test
    void measuresShell() {
        FileFigures figures = measure(Language.SHELL, """
                #!/bin/sh
                greet() {
                  if [ -n "$1" ] && true; then echo "if"; fi
                }
                for x in a b; do greet "$x" || exit 1; done
                case $1 in a) ;; b) ;; esac
                """);

        assertThat(figures.functions()).containsExactly(new FunctionFigures("greet", 2, 3, 3));
        assertThat(figures.complexity()).isEqualTo(3 + 1 + 4);
    }

    @Test
    void onlySizesMarkup() {
        LexedSource source = LexedSource.of(Language.YAML, "# if\nif: for\n\nwhile: 1\n");
        FileFigures figures = FileFigures.of(source);

        assertThat(figures.complexity()).isZero();
        assertThat(source.codeLines()).isEqualTo(2);
        assertThat(source.commentLines()).isEqualTo(1);
    }

    @Test
    void survivesJavaThatIsNestedTooDeeply() {
        String deep = "class A { int x = " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + "; }";

        assertThat(measure(Language.JAVA, deep).parsed()).isFalse();
    }

    private static FileFigures measure(Language language, String text) {
        return FileFigures.of(LexedSource.of(language, text));
    }
}
