/** DAG files and the inputs given on the command line. */
@NullMarked
package io.agentorchestrator.cli.dagfile;

import org.jspecify.annotations.NullMarked;
