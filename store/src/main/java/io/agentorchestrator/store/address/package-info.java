/** Where agents may be: the form of their addresses, and networks that they may not be in. */
@NullMarked
package io.agentorchestrator.store.address;

import org.jspecify.annotations.NullMarked;
