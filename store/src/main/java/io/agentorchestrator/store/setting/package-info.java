/** Settings that may change while processes run: which there are, what is stored, and the values in force. */
@NullMarked
package io.agentorchestrator.store.setting;

import org.jspecify.annotations.NullMarked;
