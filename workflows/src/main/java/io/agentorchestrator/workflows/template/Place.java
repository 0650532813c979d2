package io.agentorchestrator.workflows.template;

import org.jspecify.annotations.Nullable;

/** A place in a document; its JSON pointer is spelled only when somebody asks. */
record Place(@Nullable Place parent, String segment) {

    static Place root() {
        return new Place(null, "");
    }

    Place member(String name) {
        return new Place(this, name);
    }

    Place element(int index) {
        return new Place(this, Integer.toString(index));
    }

    /** As RFC 6901 writes it; empty for the whole document. */
    String pointer() {
        if (parent == null) {
            return "";
        }
        return parent.pointer() + "/" + segment.replace("~", "~0").replace("/", "~1");
    }
}
