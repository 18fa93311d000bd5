create table studios (id uuid primary key, name text not null);
