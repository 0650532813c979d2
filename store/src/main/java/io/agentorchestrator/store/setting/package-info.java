/** Settings that may change while processes run: what there is, what is stored, and what a process goes by. */
@NullMarked
package io.agentorchestrator.store.setting;

import org.jspecify.annotations.NullMarked;
