-- What keeps the log's upkeep as flat as its appends (docs/scaling.md).
--
-- Rows are never updated, so autovacuum has one job here: to freeze them, once, and to mark their pages
-- so. By default it waits until a fifth of the table is new, at 100 million events for 20 million, and
-- then leaves the young ones for a second visit when they are no longer in memory.
alter table log.events set (
  autovacuum_vacuum_insert_threshold = 200000,
  autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_freeze_min_age = 0,
  -- No plan depends on them (D21); the planner's other readers are operators.
  autovacuum_analyze_threshold = 1000000,
  autovacuum_analyze_scale_factor = 0.1
);

-- Positions only grow: no page of theirs is ever split but the last.
alter index log.events_pkey set (fillfactor = 100);
