-- 500,000 reviews: of product n about 1 / sqrt(n) as many as of the first, which has some 1,500.
create table reviews (id bigint auto_increment primary key, product_id int not null, user_id int not null,
                      rating tinyint not null, body varchar(200) not null, created_at datetime not null) engine = InnoDB;
insert into reviews
select n, 1 + floor(100000 * pow(rand(5), 2)), 1 + n % 50000, 1 + n % 5,
       concat('Bought it for the kitchen and use it every day. ', left(sha2(n, 224), 32)),
       timestamp'2024-01-01 00:00:00' + interval n minute
from (select 1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d as n from digits a join digits b
      join digits c join digits d join digits e join digits f where f.d < 5) numbers order by n;
create index of_product on reviews (product_id, id);
analyze table reviews;
