-- Preemption: a task that may be stopped for one of higher priority goes back to the backlog. What is counted here bounds how often.
-- What a version before this one inserts has the defaults, and what it puts back into the backlog counts as before.
alter table task_state
  add column preemptions integer not null default 0,    -- times that it was stopped for another, in this run of it
  add column preempted_for uuid;                        -- the task for which it was stopped last
