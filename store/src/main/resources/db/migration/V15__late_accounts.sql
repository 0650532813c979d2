-- An account may be opened late, for a task without a budget of its own or a DAG from before there were budgets. What was spent by then is summed up once
-- all transactions have ended that did not see the account; until then it has no limits, and so binds nobody.
alter table budget_account add column is_complete boolean not null default true;
