package io.agentorchestrator.api.body;

/** Spells JSON pointers (RFC 6901). */
public final class Pointers {
    private Pointers() {}

    /** The pointer to a member of an object. */
    public static String member(String parent, String name) {
        return parent + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** The pointer to an element of an array. */
    public static String element(String parent, int index) {
        return parent + "/" + index;
    }
}
