package io.agentorchestrator.store.budget;

import io.agentorchestrator.store.state.OpenTaskPass;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The tasks of tenants that a period's budget binds: with one of the installation's, all. */
enum BudgetedTasks implements OpenTaskPass.Scope {
    SCOPE;

    private static final String ALL = "exists (select from budget where tenant = '')";

    @Override
    public Optional<String> nextTenant(JdbcClient client, String status, String after) {
        boolean all = client.sql("select " + ALL).query(Boolean.class).single();
        return all
                ? OpenTaskPass.Scope.ALL.nextTenant(client, status, after)
                : client.sql("select tenant from budget where tenant > ? order by tenant limit 1")
                        .param(after)
                        .query(String.class)
                        .optional();
    }

    @Override
    public String condition() {
        return "(" + ALL + " or tenant = any(array(select tenant from budget)))";
    }
}
