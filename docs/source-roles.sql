-- The roles of the migration on the source: migration_replication, migration_cutover.
-- Run it as a superuser, all or nothing, once more after a change; it takes nothing away:
-- psql --single-transaction --set ON_ERROR_STOP=1 --dbname application --file FILE
-- Then give each role the password that its secret has; psql sends it hashed:
-- \password "migration_replication"
-- \password "migration_cutover"

-- The role migration_replication exists, may log in, and has what it is given through other roles.
do $$
begin
    create role "migration_replication";
exception when duplicate_object then
    null;
end
$$;
alter role "migration_replication" login inherit connection limit -1 valid until 'infinity';

-- The role migration_cutover exists, may log in, and has what it is given through other roles.
do $$
begin
    create role "migration_cutover";
exception when duplicate_object then
    null;
end
$$;
alter role "migration_cutover" login inherit connection limit -1 valid until 'infinity';

-- Where CONNECT was taken from PUBLIC, nobody gets in without this.
grant connect on database "application" to "migration_replication", "migration_cutover";

-- `cutover install` begins with CREATE SCHEMA IF NOT EXISTS, which asks for this right even where
-- the schema is there.
grant create on database "application" to "migration_cutover";

-- Gate, heartbeat and token belong to the cutover.
create schema if not exists cutover authorization "migration_cutover";
alter schema cutover owner to "migration_cutover";

-- DMS makes its heartbeat table beside them, so that a quiet database holds no WAL.
grant usage, create on schema cutover to "migration_replication";

-- DMS reads heartbeat and token on one side and writes them on the other.
grant select, insert, update, delete on all tables in schema cutover to "migration_replication";
alter default privileges for role "migration_cutover" in schema cutover
    grant select, insert, update, delete on tables to "migration_replication";

-- DMS keeps apply exceptions, status and validation failures on the side it applies to, which
-- after the switch is the source.
create schema if not exists awsdms_control authorization "migration_replication";

-- Other roles' transactions would read as idle, and the barrier would wait for them in vain.
grant pg_read_all_stats to "migration_cutover";

-- Sessions that hold the barrier up beyond the patience are ended.
grant pg_signal_backend to "migration_cutover";

-- DMS finds the tables of public.
grant usage on schema "public" to "migration_replication";

-- DMS reads the tables of public, and after the switch applies to them.
grant select, insert, update, delete on all tables in schema "public" to "migration_replication";

-- A table or partition that is made during the migration must not stop the task.
do $$
declare
    owner record;
begin
    for owner in
        select distinct r.rolname, r.rolsuper, n.nspname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_roles r on r.oid = c.relowner
        where c.relkind in ('r', 'p', 'S') and c.relpersistence in ('p', 'u')
          and n.nspname in ('public')
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                          and d.objid = c.oid and d.deptype = 'e')
    loop
        execute format('alter default privileges for role %I in schema %I grant select, insert, update, delete on tables to %I',
                       owner.rolname, owner.nspname, 'migration_replication');
    end loop;
end
$$;

-- DMS makes a replication slot and reads the WAL.
alter role "migration_replication" replication;

-- The switch makes the slot of the way back on the new writer, moves it behind what came from the
-- old one, and drops there what the old stream read; PostgreSQL has no smaller right.
alter role "migration_cutover" replication;

-- On the way back DMS applies what already ran through triggers and foreign keys.
do $$
begin
    if current_setting('server_version_num')::int >= 150000 then
        execute format('grant set on parameter session_replication_role to %I', 'migration_replication');
    else
        raise warning 'before PostgreSQL 15 only a superuser may set session_replication_role: the way back needs it of %', 'migration_replication';
    end if;
end
$$;

-- Only an owner drops a trigger, and the gate is one; LOCK TABLE and setval come with it. A
-- superuser's tables must be given to another role first.
do $$
declare
    owner record;
begin
    for owner in
        select distinct r.rolname, r.rolsuper, n.nspname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_roles r on r.oid = c.relowner
        where c.relkind in ('r', 'p', 'S') and c.relpersistence in ('p', 'u')
          and n.nspname not in ('pg_catalog', 'information_schema', 'cutover', 'awsdms_control')
          and n.nspname !~ '^pg_(toast|temp)'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
                          and d.objid = c.oid and d.deptype = 'e')
    loop
        if owner.rolsuper then
            raise exception 'the superuser % owns tables or sequences in %', owner.rolname, owner.nspname
                using hint = 'ALTER ... OWNER TO a role that is no superuser: a member of this one would be one.';
        end if;
        execute format('grant %I to %I', owner.rolname, 'migration_cutover');
    end loop;
end
$$;
