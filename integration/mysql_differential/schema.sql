create table kinds (id int primary key, name varchar(20) not null unique);
insert into kinds values (1, 'fruit'), (2, 'vegetable'), (3, 'herb'), (4, 'nothing yet');

create table products (
  id int unsigned auto_increment primary key, kind int, name varchar(40) not null, price decimal(8, 2), stock int not null default 0,
  tags set('red', 'green', 'sweet', 'sour'), mood enum('good', 'fair', 'bad') default 'fair', data json, added date,
  gross decimal(9, 2) generated always as (price * 1.2) virtual, label varchar(60) generated always as (concat(name, '!')) stored,
  key by_kind (kind, price), key by_name (name), constraint of_kind foreign key (kind) references kinds (id));
insert into products (id, kind, name, price, stock, tags, mood, data, added) values
  (1, 1, 'apple', 1.25, 10, 'red,sweet', 'good', '{"size": 3, "from": ["ES", "IT"]}', '2026-01-01'),
  (2, 1, 'pear', 1.50, 0, 'green,sweet', 'good', '{"size": 4}', '2026-01-02'),
  (3, 1, 'lemon', 0.80, 25, 'sour', 'fair', null, '2026-01-02'),
  (4, 2, 'carrot', 0.30, 100, '', 'fair', '{"size": 2, "bio": true}', '2026-01-05'),
  (5, 2, 'leek', 0.90, 7, 'green', 'bad', '[]', null),
  (6, 2, 'pepper', null, 3, 'red,green', null, '{"size": null}', '2026-02-01'),
  (7, 3, 'basil', 2.10, 5, 'green', 'good', '{"pot": {"deep": [1, 2, {"x": "y"}]}}', '2026-02-10'),
  (8, 3, 'Mint', 2.10, 5, null, 'fair', null, '2026-02-10'),
  (9, null, 'gift', 10.00, 1, 'sweet', 'good', '"just text"', '2026-03-01'),
  (10, 1, 'Äpfel', 1.25, 2, 'red', 'bad', '{"size": 3}', '2026-03-02');

create table reviews (id int auto_increment primary key, product int unsigned not null, stars tinyint unsigned, said text,
  key of_product (product), constraint reviewed foreign key (product) references products (id) on delete cascade on update cascade);
insert into reviews (id, product, stars, said) values (1, 1, 5, 'good'), (2, 1, 4, 'nice'), (3, 1, null, ''), (4, 2, 2, null),
  (5, 4, 5, 'orange'), (6, 4, 1, 'orange?'), (7, 7, 3, 'green'), (8, 9, 5, 'thanks');

create table customers (id int primary key, name varchar(30) character set latin1 collate latin1_swedish_ci, city varchar(30),
  born year, unique key (name, city));
insert into customers values (1, 'Ada', 'London', 1985), (2, 'Björn', 'Malmö', 1990), (3, 'Chloé', 'Paris', null),
  (4, 'ada', 'Paris', 2001);
create table orders (id int auto_increment primary key, customer int not null, at datetime(3), state varchar(10) not null default 'new',
  key of_customer (customer), constraint ordered foreign key (customer) references customers (id) on delete cascade);
insert into orders (id, customer, at, state) values (1, 1, '2026-01-03 10:00:00.123', 'sent'), (2, 1, '2026-02-03 11:30:00', 'new'),
  (3, 2, '2026-02-04 00:00:00', 'paid'), (4, 4, null, 'new');
create table items (order_id int, product int unsigned, amount smallint unsigned not null, primary key (order_id, product),
  constraint part_of foreign key (order_id) references orders (id) on delete cascade);
insert into items values (1, 1, 2), (1, 4, 10), (2, 7, 1), (3, 1, 1), (3, 9, 1), (3, 3, 5), (4, 2, 3);

create table tree (id int primary key, parent int, name varchar(20), key (parent));
insert into tree values (1, null, 'root'), (2, 1, 'left'), (3, 1, 'right'), (4, 2, 'leaf one'), (5, 2, 'leaf two'), (6, 5, 'deep');

create table accounts (id int primary key, owner varchar(20), balance decimal(12, 2) not null, version int not null default 0);
insert into accounts values (1, 'ada', 100, 0), (2, 'ben', 200.50, 0), (3, 'cyd', 0, 0), (4, 'dan', -5, 0), (5, 'eve', 1e6, 0);

set sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO';
create table numbers (id int primary key, b1 bit(1), b64 bit(64), t tinyint, ut tinyint unsigned, s smallint, us smallint unsigned,
  m mediumint, um mediumint unsigned, i int, ui int unsigned, l bigint, ul bigint unsigned, d decimal(20, 6), f float, dd double,
  z int(6) unsigned zerofill, o bool);
insert into numbers values
  (1, b'1', 18446744073709551615, -128, 255, -32768, 65535, -8388608, 16777215, -2147483648, 4294967295, -9223372036854775808,
   18446744073709551615, -12345678901234.123456, -1.5, -2.2250738585072014e-308, 42, true),
  (2, b'0', 0, 127, 0, 32767, 0, 8388607, 0, 2147483647, 0, 9223372036854775807, 0, 12345678901234.123456, 3.25, 1.7976931348623157e308,
   0, false),
  (3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
  (4, b'1', 5, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0.1, 0.1, 999999, 7);
create table moments (id int primary key, d date, t time, t6 time(6), dt datetime, dt6 datetime(6), ts timestamp null, ts6 timestamp(6) null,
  y year);
insert into moments values
  (1, '2026-01-02', '03:04:05', '03:04:05.678901', '2026-01-02 03:04:05', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05',
   '2026-01-02 03:04:05.678901', 2026),
  (2, '0000-00-00', '-838:59:59', '838:59:58.999999', '0000-00-00 00:00:00', '0000-00-00 00:00:00', '1970-01-01 00:00:01', null, 0),
  (3, '2026-02-31', '00:00:00', '-00:00:00.000001', '9999-12-31 23:59:59', '1000-01-01 00:00:00.000001', '2038-01-19 03:14:07', null, 1901),
  (4, null, null, null, null, null, null, null, null),
  (5, '2024-02-29', '12:00:00', '12:00:00.5', '2024-02-29 12:00:00', '2024-02-29 12:00:00.5', '2024-02-29 12:00:00', null, 2155);
create table texts (id int primary key, c char(5), v varchar(20), b binary(4), vb varbinary(8), tt tinytext, tx text, mt mediumtext,
  bl blob, bin varchar(10) collate utf8mb4_bin, lat varchar(10) character set latin1, asc_ii varchar(10) character set ascii,
  u16 varchar(10) character set utf16, e enum('a', 'B', 'ü', '') character set utf8mb4, st set('x', 'y', 'z'), j json, g geometry, p point);
insert into texts values
  (1, 'ab', 'Straße', x'00ff', x'0001027f80ff', 'tiny', 'text', 'medium', x'deadbeef', 'Abc', 'café', 'plain', 'wide', 'a', 'x,z',
   '{"a": [1, 2.5, "x", null, true], "b": {"c": "d"}}', st_geomfromtext('LINESTRING(0 0, 1 1, 2 0)'), st_geomfromtext('POINT(1 2)')),
  (2, 'AB', 'strasse', 'abcd', '', '', '', '', '', 'abc', 'CAFÉ', '', '', '', '', '[]', st_geomfromtext('POLYGON((0 0, 4 0, 4 4, 0 4, 0 0))'),
   st_geomfromtext('POINT(0 0)')),
  (3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
  (4, 'ab ', '日本語 😀', 'a', 'a ', 'tiny ', 'Text', 'o''clock', 'a\0b', 'ABC', 'x', 'y', 'Ω', 'ü', 'y', '1', null, null);
set sql_mode = default;

create table parts (id int not null, region int not null, amount int, primary key (id, region))
  partition by range (region) (partition low values less than (10), partition middle values less than (20), partition high values less than maxvalue);
insert into parts values (1, 1, 10), (2, 5, 20), (3, 10, 30), (4, 15, 40), (5, 20, 50), (6, 99, 60);
create table plain (id int primary key, a int, b varchar(20), key (a)) engine = MyISAM;
insert into plain values (1, 10, 'ten'), (2, 20, 'twenty'), (3, 30, 'thirty'), (4, null, null);
create table words (id int primary key, body text, fulltext key (body)) engine = InnoDB;
insert into words values (1, 'the quick brown fox'), (2, 'a lazy dog sleeps'), (3, 'quick dog, quick cat'), (4, 'nothing of it');
create table journal (id int auto_increment primary key, what varchar(60));
create table parent (id int primary key, v int) engine = InnoDB;
create table child (id int primary key, parent int, constraint nulled foreign key (parent) references parent (id) on delete set null on update cascade);
create table grandchild (id int primary key, child int, constraint gone foreign key (child) references child (id) on delete cascade);
insert into parent values (1, 1), (2, 2), (3, 3);
insert into child values (1, 1), (2, 1), (3, 2), (4, null);
insert into grandchild values (1, 1), (2, 3), (3, 4);

create view cheap as select id, name, price from products where price < 1.5 with check option;
create view of_kind_view as select k.name as kind, count(p.id) as number, sum(p.stock) as stock from kinds k left join products p on p.kind = k.id group by k.id, k.name;
create view nested as select c.name, r.stars from cheap c join reviews r on r.product = c.id;

delimiter //
create trigger noticed after update on accounts for each row
begin
  if new.balance <> old.balance then insert into journal (what) values (concat(old.owner, ' ', old.balance, ' -> ', new.balance)); end if;
end //
create trigger checked before insert on accounts for each row
begin
  if new.balance < -1000 then signal sqlstate '45000' set message_text = 'too poor', mysql_errno = 31001; end if;
  set new.version = 1;
end //
create function twice(n int) returns int deterministic no sql return n * 2 //
create function stock_of(k int) returns int reads sql data return (select sum(stock) from products where kind = k) //
create function noted(t varchar(60)) returns int modifies sql data
begin insert into journal (what) values (t); return last_insert_id(); end //
create procedure several(in low int, inout both_ways int, out number int)
begin
  select id, name from products where id <= low order by id;
  select 'between' as words, both_ways as given;
  select count(*) into number from products;
  set both_ways = both_ways + 1;
end //
create procedure pay(in source int, in target int, in amount decimal(12, 2))
begin
  declare left_over decimal(12, 2);
  declare exit handler for sqlexception begin rollback; select 'rolled back' as outcome; end;
  start transaction;
  update accounts set balance = balance - amount where id = source;
  select balance into left_over from accounts where id = source;
  if left_over < 0 then signal sqlstate '45000'; end if;
  update accounts set balance = balance + amount where id = target;
  commit;
  select 'paid' as outcome, left_over;
end //
create procedure walk(in top int)
begin
  declare done int default 0;
  declare found varchar(40);
  declare everything text default '';
  declare each_one cursor for select name from products where id <= top order by id;
  declare continue handler for not found set done = 1;
  open each_one;
  reading: loop
    fetch each_one into found;
    if done then leave reading; end if;
    set everything = concat(everything, found, ';');
  end loop;
  close each_one;
  select everything;
end //
create procedure counted(in top int)
begin
  declare n int default 0;
  while n < top do set n = n + 1; if n mod 2 = 0 then select n; end if; end while;
end //
create procedure run_text(in t text)
begin set @run_text = t; prepare p from @run_text; execute p; deallocate prepare p; end //
create procedure fails() begin select 1 as before_it; select * from nowhere; select 2 as after_it; end //
create procedure warns() begin select cast('x' as signed) as zero; end //
create procedure quiet() begin end //
delimiter ;

create table sites (id int primary key, place point not null);
insert into sites values (1, st_geomfromtext('POINT(1 2)')), (2, st_geomfromtext('POINT(-3 4.5)'));
