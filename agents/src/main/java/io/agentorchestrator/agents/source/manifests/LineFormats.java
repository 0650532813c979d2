package io.agentorchestrator.agents.source.manifests;

import java.util.ArrayList;
import java.util.List;
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
        List<Dependency> dependencies = new ArrayList<>();
        text.lines().map(String::strip).forEach(line -> {
            boolean isOption = line.startsWith("-") || line.startsWith("#");
            Matcher requirement = REQUIREMENT.matcher(line);
            if (!isOption && !line.contains("://") && requirement.matches()) {
                dependencies.add(requirement(requirement, "runtime"));
            }
        });
        return new ManifestReader.Found("", dependencies);
    }

    /** One entry such as {@code requests[socks]>=2.8; python_version > "3"} (PEP 508). */
    static Dependency requirement(String entry, String scope) {
        Matcher requirement = REQUIREMENT.matcher(entry.strip());
        return requirement.matches() ? requirement(requirement, scope) : new Dependency(entry.strip(), "", scope);
    }

    private static Dependency requirement(Matcher requirement, String scope) {
        String version =
                requirement.group(2) == null ? "" : requirement.group(2).strip();
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
        List<Dependency> dependencies = new ArrayList<>();
        Matcher declared = GRADLE.matcher(text);
        while (declared.find()) {
            String version = declared.group(3) == null ? "" : declared.group(3);
            dependencies.add(new Dependency(declared.group(2), version, declared.group(1)));
        }
        return new ManifestReader.Found("", dependencies);
    }
}
