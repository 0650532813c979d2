package io.agentorchestrator.workflows.template;

import org.jspecify.annotations.Nullable;

/** A place in a document; its JSON pointer is spelled only when somebody asks. */
record PayloadPlace(@Nullable PayloadPlace parent, String segment) {

    static PayloadPlace root() {
        return new PayloadPlace(null, "");
    }

    PayloadPlace member(String name) {
        return new PayloadPlace(this, name);
    }

    PayloadPlace element(int index) {
        return new PayloadPlace(this, Integer.toString(index));
    }

    /** As RFC 6901 writes it; empty for the whole document. */
    String pointer() {
        if (parent == null) {
            return "";
        }
        return parent.pointer() + "/" + segment.replace("~", "~0").replace("/", "~1");
    }
}
