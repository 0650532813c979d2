/** Release: claims queued tasks as far as agents have credit, and starts or signals their runs. */
@NullMarked
package io.agentorchestrator.worker.release;

import org.jspecify.annotations.NullMarked;
