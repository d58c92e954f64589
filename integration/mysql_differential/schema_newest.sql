create table vectors (id int primary key, v vector(2) not null, vector index (v) distance = cosine);
insert into vectors values (1, vec_fromtext('[1, 2]')), (2, vec_fromtext('[3, -1]')), (3, vec_fromtext('[0.5, 0.5]'));
