/** JSON as it is written: no number is ever changed on its way through. */
@NullMarked
package io.agentorchestrator.cli.json;

import org.jspecify.annotations.NullMarked;
