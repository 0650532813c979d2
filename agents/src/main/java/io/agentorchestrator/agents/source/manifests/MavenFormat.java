package io.agentorchestrator.agents.source.manifests;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.maven.model.DependencyManagement;
import org.apache.maven.model.Model;
import org.apache.maven.model.Parent;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.jspecify.annotations.Nullable;

/** Reads pom.xml: dependencies and managed ones. Properties are looked up in the same file only. */
final class MavenFormat {
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

    private MavenFormat() {}

    static ManifestReader.Found read(String text) throws IOException, XmlPullParserException {
        Model model = new MavenXpp3Reader().read(new StringReader(text.strip()), false);
        Parent parent = Objects.requireNonNullElseGet(model.getParent(), Parent::new);
        String group = first(model.getGroupId(), parent.getGroupId());
        Properties properties = model.getProperties();
        properties.setProperty("project.groupId", group);
        properties.setProperty("project.version", first(model.getVersion(), parent.getVersion()));
        List<org.apache.maven.model.Dependency> managed = Optional.ofNullable(model.getDependencyManagement())
                .map(DependencyManagement::getDependencies)
                .orElse(List.of());
        return new ManifestReader.Found(
                group + ":" + first(model.getArtifactId()),
                Stream.concat(
                                model.getDependencies().stream()
                                        .map(found ->
                                                dependency(found, properties, first(found.getScope(), "compile"))),
                                managed.stream().map(found -> dependency(found, properties, "managed")))
                        .toList());
    }

    private static Dependency dependency(org.apache.maven.model.Dependency found, Properties properties, String scope) {
        Function<String, String> resolve = text -> PROPERTY.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(properties.getProperty(match.group(1), match.group())));
        String name = first(found.getGroupId()) + ":" + first(found.getArtifactId());
        return new Dependency(resolve.apply(name), resolve.apply(first(found.getVersion())), scope);
    }

    private static String first(@Nullable String... texts) {
        return Stream.of(texts).filter(Objects::nonNull).findFirst().orElse("");
    }
}
