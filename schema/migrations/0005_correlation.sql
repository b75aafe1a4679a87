-- Everything that one request caused, wherever it happened, in the order in which it did.
--
-- It costs an append one more index entry an event: 68 bytes, and on the embedded database no time that
-- stood out from the noise (12 µs an event, with or without). The ids that the service makes are UUIDv7,
-- so the entries go to the index's right edge, and those of one command stand side by side. As text, not
-- as uuid: half the bytes are not worth an append that fails because a caller's id is none.
--
-- A table of (correlation, position) was rejected: a heap row beside each index entry, for a fact that
-- is already here. Nothing waits for this look-up but an operator.

create index events_correlation on log.events ((metadata ->> 'correlationId') collate "C", position);
