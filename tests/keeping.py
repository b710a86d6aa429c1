"""Put a database back as it was, so that tests may share what takes long to build and owe each other nothing."""

from sqlalchemy import Engine, text

_TABLES = """
SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""
_EMPTY = 'DELETE FROM public."{0}"'
_KEEP = 'CREATE TABLE kept."{0}" AS SELECT {1} FROM public."{0}"'
_SWOLLEN = """
SELECT string_agg('public.' || quote_ident(relname), ', ') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 4000000
"""
_FILL = 'INSERT INTO public."{0}" ({1}) OVERRIDING SYSTEM VALUE SELECT {1} FROM kept."{0}"'


class Kept:
    """What every table of a database held when this was made; identity counters are not kept, and go on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        restoring = ["SET LOCAL session_replication_role = replica"]  # no trigger, no key: the whole is right again
        with engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA kept"))
            for table, columns in connection.execute(text(_TABLES)).all():
                restoring.append(_EMPTY.format(table))
                if connection.execute(text(_KEEP.format(table, columns))).rowcount:
                    restoring.append(_FILL.format(table, columns))
        self._restoring = ";\n".join(restoring)

    def restore(self) -> None:
        """Give every table the rows it had; a table in which ten thousand have been is made small again."""
        with self._engine.begin() as connection:
            connection.exec_driver_sql(self._restoring)
            swollen = connection.scalar(text(_SWOLLEN))
        if swollen:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(f"VACUUM (ANALYZE) {swollen}")
