-- Whether a process gets on with what it reads. One whose turns fail, since its code does not know an event or
-- its disk is full, goes last for it: before, the others waited for it with each turn.
alter table read.readers add column able boolean not null default true;
