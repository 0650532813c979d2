package io.agentorchestrator.api.openapi;

import io.agentorchestrator.api.body.Pointers;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a document. Its pointer is spelled only where something is wrong.
 *
 * @param step the member's name or the element's index; of the root, nothing
 */
record Place(@Nullable Place parent, String step) {
    static final Place ROOT = new Place(null, "");

    Place member(String name) {
        return new Place(this, name);
    }

    Place element(int index) {
        return new Place(this, Integer.toString(index));
    }

    /** The JSON pointer (RFC 6901). */
    String pointer() {
        return parent == null ? "" : Pointers.member(parent.pointer(), step);
    }
}
