-- What the indexes of V16 are there for now: each of these is a part of one of them.
drop index task_state_turn, task_state_held, task_state_held_by_type, task_state_held_for_budget, task_state_due, task_state_limited_out, task_state_lined;
