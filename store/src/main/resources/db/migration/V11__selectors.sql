-- Tasks whose selector sets conditions wait in a line of their own, by type and conditions: selector_key names it (TaskSelector.key), '' where there are
-- none. While nothing else holds such a task, held_by is its selector_key: so the backlog's index has each line in order, none of them stands before
-- another, however long it is and whether or not anybody serves it, and versions before this one leave these tasks alone. task_state_held finds the
-- lines there are.
alter table task_state add column selector_key text not null default '';

-- A task may go to an agent that it prefers. Versions before this one do not know the reason: selectors are not to be used before all processes are of
-- this version.
alter type placement_reason add value 'PREFERRED' after 'COST_BASED';
