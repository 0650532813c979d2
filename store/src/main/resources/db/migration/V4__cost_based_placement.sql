-- A task may go to the agent on which it is expected to cost least. Versions before this one do not know the reason: the strategy is not to
-- be turned on before all processes are of this version.
alter type placement_reason add value 'COST_BASED' after 'LEAST_LOADED';
