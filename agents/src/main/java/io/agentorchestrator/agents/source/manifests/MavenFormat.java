package io.agentorchestrator.agents.source.manifests;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** pom.xml: dependencies and managed ones. Properties are looked up in the same file only. */
final class MavenFormat {
    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

    private MavenFormat() {}

    static ManifestReader.Found read(String text) throws IOException, SAXException {
        Element project = parse(text).getDocumentElement();
        Element parent = child(project, "parent");
        String group = text(project, "groupId", parent == null ? "" : text(parent, "groupId", ""));
        String version = text(project, "version", parent == null ? "" : text(parent, "version", ""));
        Map<String, String> properties = new HashMap<>();
        properties.put("project.groupId", group);
        properties.put("project.version", version);
        Element declared = child(project, "properties");
        if (declared != null) {
            children(declared).forEach(property -> properties.put(property.getTagName(), content(property)));
        }
        List<Dependency> dependencies = new ArrayList<>();
        add(child(project, "dependencies"), "compile", properties, dependencies);
        Element management = child(project, "dependencyManagement");
        if (management != null) {
            add(child(management, "dependencies"), "managed", properties, dependencies);
        }
        return new ManifestReader.Found(group + ":" + text(project, "artifactId", ""), dependencies);
    }

    private static void add(
            @Nullable Element list,
            String defaultScope,
            Map<String, String> properties,
            List<Dependency> dependencies) {
        if (list == null) {
            return;
        }
        for (Element dependency : children(list)) {
            String name = text(dependency, "groupId", "") + ":" + text(dependency, "artifactId", "");
            String scope = defaultScope.equals("managed") ? defaultScope : text(dependency, "scope", defaultScope);
            dependencies.add(new Dependency(
                    resolve(name, properties), resolve(text(dependency, "version", ""), properties), scope));
        }
    }

    private static String resolve(String text, Map<String, String> properties) {
        return PROPERTY.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(properties.getOrDefault(match.group(1), match.group())));
    }

    private static org.w3c.dom.Document parse(String text) throws IOException, SAXException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Throwing());
            return builder.parse(new InputSource(new StringReader(text.strip())));
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every JDK has this parser", e);
        }
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    private static @Nullable Element child(Element parent, String name) {
        return children(parent).stream()
                .filter(element -> element.getTagName().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String text(Element parent, String name, String absent) {
        Element element = child(parent, name);
        return element == null ? absent : content(element);
    }

    private static String content(Element element) {
        String content = element.getTextContent();
        return content == null ? "" : content.strip();
    }

    /** The default handler prints to standard error. */
    private static final class Throwing implements ErrorHandler {
        @Override
        public void warning(SAXParseException warning) {
            // a manifest with a warning is still one
        }

        @Override
        public void error(SAXParseException error) throws SAXException {
            throw error;
        }

        @Override
        public void fatalError(SAXParseException error) throws SAXException {
            throw error;
        }
    }
}
