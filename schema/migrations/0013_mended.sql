-- A rebuild that differs from what it replaces changes rows that keep their position. Whoever comes back
-- with a position up to this one may have such a row as it was before.
alter table read.projections add column mended_at bigint not null default 0;
