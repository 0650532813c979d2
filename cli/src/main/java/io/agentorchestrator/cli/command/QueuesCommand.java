package io.agentorchestrator.cli.command;

import io.agentorchestrator.cli.client.Answers;
import io.agentorchestrator.cli.client.ApiAnswer;
import io.agentorchestrator.cli.client.ApiClient;
import io.agentorchestrator.cli.console.ConsoleTable;
import picocli.CommandLine.Command;

@Command(
        description =
                "Counts the tasks that wait for agents and those at agents, by type and priority, and the agents' slots.")
final class QueuesCommand extends ApiCommand {
    QueuesCommand(Invocation invocation) {
        super(invocation);
    }

    @Override
    ApiAnswer ask(ApiClient client) throws InterruptedException {
        return client.get("/v1/queues");
    }

    @Override
    void show(ApiClient client, ApiAnswer answer) {
        Answers.QueueList list = answer.as(Answers.QueueList.class);
        if (list.queues().isEmpty()) {
            say("No task waits for an agent, and none is at one.");
        } else {
            ConsoleTable table =
                    new ConsoleTable("TYPE", "PRIORITY", "WAITING", "OLDEST SINCE", "AT AGENTS", "SLOTS IN USE");
            list.queues()
                    .forEach(queue -> table.add(
                            queue.agentType(),
                            queue.priority(),
                            Long.toString(queue.depth()),
                            queue.oldestWaitingSince(),
                            Long.toString(queue.inFlight()),
                            queue.slotsInUse() + "/" + queue.slots()));
            invocation.print(table);
        }
        if (list.shedding()) {
            Answers.Capacity all = list.capacity();
            say(
                    "Shedding: submissions that are not CRITICAL are refused. Open: %d of %d tasks, parked: %d of %d; of this tenant: %d of %d, %d of %d."
                            .formatted(
                                    all.openTasks(),
                                    all.maxOpenTasks(),
                                    all.parkedTasks(),
                                    all.maxParkedTasks(),
                                    list.tenantCapacity().openTasks(),
                                    list.tenantCapacity().maxOpenTasks(),
                                    list.tenantCapacity().parkedTasks(),
                                    list.tenantCapacity().maxParkedTasks()));
        }
        if (!list.complete()) {
            say("There are more tasks than can be counted in time: there may be more of each.");
        }
    }
}
