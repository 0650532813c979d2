-- Up to where retention has deleted events of a tenant: the last position that it removed. What live runs keep may be before it.
create table removed_events (
  tenant text primary key,
  xid xid8 not null,
  sequence bigint not null
);
