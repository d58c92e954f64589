create table fruit (id int unsigned auto_increment primary key, name varchar(40) not null unique, price decimal(8, 2), stock int not null default 0,
  mood enum('good', 'fair'), tags set('red', 'green', 'sweet'), data json, check (stock >= 0)) engine = innodb;
insert into fruit (id, name, price, stock, mood, tags, data) values (1, 'apple', 1.25, 10, 'good', 'red,sweet', '{"size": 3}'),
  (2, 'pear', 1.50, 0, 'fair', 'green', null), (3, 'Äpfel 😀', null, 7, null, '', '[1, 2.5, "x"]');
create table kept (id int unsigned auto_increment primary key, fruit int unsigned, said text, body longblob, constraint of_fruit foreign key (fruit)
  references fruit (id) on delete cascade) engine = innodb;
create table kinds (id int primary key, t tinyint, us smallint unsigned, m mediumint, l bigint, ul bigint unsigned, d decimal(20, 6), f float, dd double,
  b1 bit(1), da date, ti time, ti6 time(6), dt datetime, dt6 datetime(6), ts timestamp null, y year, c char(5), v varchar(60), b binary(4), bl blob, tx text);
insert into kinds values
  (1, -128, 65535, -8388608, -9223372036854775808, 18446744073709551615, -12345678901234.123456, -1.5, 2.5e100, b'1', '2026-01-02', '03:04:05',
   '03:04:05.678901', '2026-01-02 03:04:05', '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05', 2026, 'ab', 'Straße 日本語', x'00ff', x'00deadbeef', 'text'),
  (2, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
  (3, 127, 0, 8388607, 9223372036854775807, 0, 0, 0.1, 0.1, b'0', '1970-01-01', '00:00:00', '23:59:59.5', '1000-01-01 00:00:00',
   '9999-12-31 23:59:59.999999', '1970-01-01 00:00:01', 1901, '', '', '', '', 'o''clock \\ "quoted"');
create view cheap as select id, name from fruit where price < 1.3;
delimiter //
create procedure several(in low int) begin select id, name from fruit where id <= low order by id; select 'between' as words; select count(*) as number from fruit; end //
create procedure fails() begin select 1 as before_it; select * from nowhere; end //
create trigger too_much before update on fruit for each row
begin if new.stock > 1000 then signal sqlstate '45000' set message_text = 'too much', mysql_errno = 31001; end if; end //
delimiter ;
