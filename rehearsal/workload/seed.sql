-- What the application has been doing for two years. The same rows on every run: nothing random.

insert into accounts (opening_balance, balance)
select 100000, 100000 from generate_series(1, 10000);

-- Writer 0 is nobody's: the clients count from 1.
insert into ledger (writer, seq, debit_account, credit_account, amount, created_at)
select 0, n, 1 + n * 7 % 10000, 1 + (n * 7 + 5) % 10000, 1 + n % 90,
       '2024-01-01Z'::timestamptz + n * interval '45 minutes'
from generate_series(1, 20000) n;

update accounts set
    balance = balance + movement.amount,
    entries = movement.entries
from (
    select account, sum(amount) as amount, count(*) as entries
    from (
        select debit_account as account, -amount as amount from ledger
        union all
        select credit_account, amount from ledger
    ) movements
    group by account
) movement
where accounts.id = movement.account;

insert into events (occurred_at, writer, seq, body)
select created_at, writer, seq, jsonb_build_object('kind', 'transfer', 'amount', amount)
from ledger;

insert into orders (account_id, state, total, placed_at)
select 1 + n * 3 % 10000, (array['open', 'paid', 'shipped'])[1 + n % 3], n % 700 + 0.95,
       '2024-01-01Z'::timestamptz + n * interval '3 hours'
from generate_series(1, 5000) n;

insert into order_lines (order_id, line, article, quantity)
select orders.id, line, 'article ' || (orders.id * line) % 400, 1 + line
from orders cross join generate_series(1, 2) line;

insert into audit_notes (noted_at, author, note)
select '2024-01-01Z'::timestamptz + n * interval '8 hours', 'clerk ' || n % 9, 'counted the till'
from generate_series(1, 2000) n;

analyze;
