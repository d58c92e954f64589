-- 100,000 products in 100 categories, 50,000 users, 500 events. A low id is a popular one.
-- The numbers come from digits: MySQL has no generate_series.
create table products (id int primary key, category_id int not null, brand varchar(40) not null, name varchar(80) not null,
                       description varchar(400) not null, price_cents int not null, popularity int not null,
                       version bigint not null) engine = InnoDB;
insert into products
select n, 1 + (n - 1) % 100, concat('Brand ', floor(n * 7919 / 100) % 40), concat('Product ', n),
       concat('What it is made of, how it is used, and why one would want it. ', repeat(left(sha2(n, 224), 32), 4)),
       100 + (n * 7919) % 20000, floor(1000000 / n), 1
from (select 1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d as n
      from digits a join digits b join digits c join digits d join digits e) numbers order by n;
create index by_popularity on products (category_id, popularity desc, id);

create table users (id int primary key, name varchar(80) not null, email varchar(80) not null,
                    orders bigint not null) engine = InnoDB;
insert into users select id, concat('User ', id), concat('user', id, '@example.com'), 6 from products where id <= 50000;

create table events (id int primary key, title varchar(80) not null, venue varchar(80) not null, starts_at datetime not null,
                     version bigint not null) engine = InnoDB;
insert into events
select id, concat('Event ', id), concat('Hall ', id % 12), timestamp'2030-01-01 20:00:00' + interval 6 * id hour, 1
from products where id <= 500;
analyze table products, users, events;
