/** DAG files, and the replacing of their inputs by values from the command line. */
@NullMarked
package io.agentorchestrator.cli.dagfile;

import org.jspecify.annotations.NullMarked;
