package io.agentorchestrator.api.admission;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * A digest of what a request says, not of how it is written: white space, escapes, the order of an object's members, JSON or YAML make
 * no difference, nor does a field that is null instead of absent. Numbers count as they are kept, so that 1.0 and 1.00 are two values:
 * an agent would get one or the other. Within payloads and inputs null is a value like any other. For one thread.
 */
final class RequestHash {
    /** Fields whose content is the client's own. */
    private static final Set<String> DATA = Set.of("payload", "payloads", "inputs");

    private final MessageDigest digest;

    private RequestHash(MessageDigest digest) {
        this.digest = digest;
    }

    /** The digest of a request with this method and path, and this body. */
    static byte[] of(String target, JsonNode body) {
        try {
            RequestHash hash = new RequestHash(MessageDigest.getInstance("SHA-256"));
            hash.add('r', target);
            hash.add(body, false);
            return hash.digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private void add(JsonNode value, boolean isData) {
        switch (value.getNodeType()) {
            case OBJECT -> addObject(value, isData);
            case ARRAY -> {
                digest.update((byte) '[');
                value.forEach(element -> add(element, isData));
                digest.update((byte) ']');
            }
            case STRING -> add('s', value.stringValue());
            case NUMBER -> add('n', value.asString());
            case BOOLEAN -> add('b', value.asString());
            case NULL -> add('z', "");
            case BINARY, MISSING, POJO -> throw new IllegalStateException("JSON has no " + value.getNodeType());
        }
    }

    private void addObject(JsonNode object, boolean isData) {
        Map<String, JsonNode> byName = new TreeMap<>();
        object.properties().forEach(member -> byName.put(member.getKey(), member.getValue()));
        digest.update((byte) '{');
        byName.forEach((name, value) -> {
            if (isData || !value.isNull()) {
                add('k', name);
                add(value, isData || DATA.contains(name));
            }
        });
        digest.update((byte) '}');
    }

    /** Kind, length, text: no two sequences of these read the same. */
    private void add(char kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((kind + Integer.toString(bytes.length) + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
