package io.agentorchestrator.agents.source.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Manifests that are read line by line. Of Gradle's programs only literal coordinates can be told. */
final class LineFormats {
    private static final Pattern REQUIREMENT =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]*)(?:\\[[^\\]]*])?\\s*([=<>!~@][^;#]*)?.*");
    private static final Pattern GO_REQUIRE = Pattern.compile("(?:require\\s+)?(\\S+)\\s+(v\\S+)(.*)");
    private static final Pattern GRADLE = Pattern.compile(
            "\\b(api|implementation|compileOnly|runtimeOnly|annotationProcessor|kapt|ksp|testImplementation|testRuntimeOnly"
                    + "|testCompileOnly|compile|testCompile|classpath)\\s*\\(?\\s*['\"]([^:'\"]+:[^:'\"]+)(?::([^'\"]*))?['\"]");

    private LineFormats() {}

    static ManifestReader.Found requirements(String text) {
        return new ManifestReader.Found(
                "",
                text.lines()
                        .map(String::strip)
                        .filter(line -> !line.startsWith("-") && !line.startsWith("#") && !line.contains("://"))
                        .map(REQUIREMENT::matcher)
                        .filter(Matcher::matches)
                        .map(requirement -> requirement(requirement, "runtime"))
                        .toList());
    }

    /** One entry such as {@code requests[socks]>=2.8; python_version > "3"} (PEP 508). */
    static Dependency requirement(String entry, String scope) {
        Matcher requirement = REQUIREMENT.matcher(entry.strip());
        return requirement.matches() ? requirement(requirement, scope) : new Dependency(entry.strip(), "", scope);
    }

    private static Dependency requirement(Matcher requirement, String scope) {
        String version = Objects.requireNonNullElse(requirement.group(2), "").strip();
        return new Dependency(requirement.group(1), version, scope);
    }

    static ManifestReader.Found goMod(String text) {
        List<Dependency> dependencies = new ArrayList<>();
        String name = "";
        boolean inRequire = false;
        for (String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("module ")) {
                name = line.substring("module ".length()).strip();
            } else if (line.startsWith("require (") || line.startsWith("require(")) {
                inRequire = true;
            } else if (line.startsWith(")")) {
                inRequire = false;
            } else if (inRequire || line.startsWith("require ")) {
                Matcher required = GO_REQUIRE.matcher(line);
                if (required.matches()) {
                    String scope = required.group(3).contains("// indirect") ? "indirect" : "direct";
                    dependencies.add(new Dependency(required.group(1), required.group(2), scope));
                }
            }
        }
        return new ManifestReader.Found(name, dependencies);
    }

    static ManifestReader.Found gradle(String text) {
        return new ManifestReader.Found(
                "",
                GRADLE.matcher(text)
                        .results()
                        .map(found -> new Dependency(
                                found.group(2), Objects.requireNonNullElse(found.group(3), ""), found.group(1)))
                        .toList());
    }
}
