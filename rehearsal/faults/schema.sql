-- What the arena's clients write to: the rehearsal's tables with accounts alone, so that a clone takes a tenth of a
-- second. The times are fixed: source and target are made by the same script and are equal from the start, as after a
-- full load.
insert into accounts (opening_balance, balance, updated_at)
select 100000, 100000, '2026-01-01Z' from generate_series(1, 10000);
analyze;
