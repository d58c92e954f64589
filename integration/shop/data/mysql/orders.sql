-- 300,000 orders, six of each user; 400 seats for each of 500 events, a third of them taken.
create table orders (id bigint auto_increment primary key, user_id int not null, number bigint not null,
                     product_id int not null, total_cents int not null, status varchar(20) not null,
                     placed_at datetime not null) engine = InnoDB;
insert into orders
select n, 1 + (n - 1) % 50000, 1 + floor((n - 1) / 50000), 1 + (n * 6151) % 100000, 100 + (n * 7919) % 20000,
       'delivered', timestamp'2024-01-01 00:00:00' + interval 2 * n minute
from (select 1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d as n from digits a join digits b
      join digits c join digits d join digits e join digits f where f.d < 3) numbers order by n;
create unique index of_user on orders (user_id, number);

create table seats (event_id int not null, seat int not null, user_id int, price_cents int not null,
                    version bigint not null, primary key (event_id, seat)) engine = InnoDB;
insert into seats
select e, s, case when (e * 7 + s * 13) % 3 = 0 then 1 + (e * 400 + s) % 50000 end, 2000 + 500 * floor(s / 100), 1
from (select 1 + a.d + 10 * b.d + 100 * c.d as e from digits a join digits b join digits c where c.d < 5) events
join (select 1 + a.d + 10 * b.d + 100 * c.d as s from digits a join digits b join digits c where c.d < 4) numbers
order by e, s;
analyze table orders, seats;
