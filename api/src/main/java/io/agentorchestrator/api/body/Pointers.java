package io.agentorchestrator.api.body;

/** Spells JSON pointers (RFC 6901). */
final class Pointers {
    private Pointers() {}

    static String member(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    static String element(String parent, int index) {
        return parent + "/" + index;
    }
}
