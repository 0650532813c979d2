/** JSON whose numbers and texts stay as they are written. */
@NullMarked
package io.agentorchestrator.cli.json;

import org.jspecify.annotations.NullMarked;
