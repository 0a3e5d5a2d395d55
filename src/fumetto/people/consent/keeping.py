"""The database's own rule about receipts: whoever writes, a receipt says for ever what was agreed to.

It may be ended, once; its address may be shortened or forgotten; and it may lose its people and what it hangs on, when
those are erased. It may be deleted when nobody is left in it.
"""

from __future__ import annotations

from sqlalchemy import Connection, MetaData, event

from fumetto.kernel.db.base import Base

FUNCTION = """\
CREATE FUNCTION app.receipt_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    becomes jsonb;
    name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF was ->> TG_ARGV[0] IS NOT NULL THEN
            RAISE EXCEPTION 'a receipt of consent is kept' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    becomes := to_jsonb(NEW);
    FOR name IN SELECT jsonb_object_keys(was) LOOP
        CONTINUE WHEN was -> name = becomes -> name;
        -- people and what a receipt hangs on can only be forgotten, and so can the address
        CONTINUE WHEN becomes ->> name IS NULL AND (name = 'ip_address' OR name = ANY (TG_ARGV));
        CONTINUE WHEN was ->> name IS NULL AND name IN ('revoked_at', 'end_reason', 'ip_truncated_at');
        CONTINUE WHEN name = 'ip_address' AND OLD.ip_truncated_at IS NULL AND NEW.ip_truncated_at IS NOT NULL
            AND NEW.ip_address = app.shortened_address(OLD.ip_address);
        RAISE EXCEPTION 'a receipt of consent never changes: %', name USING ERRCODE = 'restrict_violation';
    END LOOP;
    RETURN NEW;
END $$"""

SHORTENED = """\
CREATE FUNCTION app.shortened_address(address text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT host(network(set_masklen(address::inet, CASE family(address::inet) WHEN 4 THEN 24 ELSE 48 END))) $$"""

TRIGGERS = (
    "CREATE TRIGGER receipt_changed BEFORE UPDATE OR DELETE ON app.user_consents FOR EACH ROW"
    " EXECUTE FUNCTION app.receipt_changed('user_id')",
    "CREATE TRIGGER receipt_changed BEFORE UPDATE OR DELETE ON app.parental_consents FOR EACH ROW"
    " EXECUTE FUNCTION app.receipt_changed('child_id', 'actor_id', 'guardianship_id', 'request_id')",
)

STATEMENTS = (SHORTENED, FUNCTION, *TRIGGERS)


@event.listens_for(Base.metadata, "after_create")
def create_trigger(_: MetaData, connection: Connection, **__: object) -> None:
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement.replace("%", "%%"))
