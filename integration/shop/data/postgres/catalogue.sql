-- 100,000 products in 100 categories, 50,000 users, 500 events. A low id is a popular one.
-- Made and filled in one transaction, without WAL.
begin;
create table products (id int, category_id int not null, brand text not null, name text not null,
                       description text not null, price_cents int not null, popularity int not null,
                       version bigint not null) with (fillfactor = 90);
insert into products
select n, 1 + (n - 1) % 100, 'Brand ' || (n::bigint * 7919 / 100) % 40, 'Product ' || n,
       'What it is made of, how it is used, and why one would want it. ' || repeat(md5(n::text), 4),
       100 + (n::bigint * 7919) % 20000, 1000000 / n, 1
from generate_series(1, 100000) n;
alter table products add primary key (id);
create index on products (category_id, popularity desc, id);

create table users (id int, name text not null, email text not null, orders bigint not null) with (fillfactor = 80);
insert into users select n, 'User ' || n, 'user' || n || '@example.com', 6 from generate_series(1, 50000) n;
alter table users add primary key (id);

create table events (id int primary key, title text not null, venue text not null, starts_at timestamptz not null,
                     version bigint not null);
insert into events
select n, 'Event ' || n, 'Hall ' || n % 12, timestamptz '2030-01-01 20:00+00' + n * interval '6 hours', 1
from generate_series(1, 500) n;
commit;
vacuum analyze products, users, events;
