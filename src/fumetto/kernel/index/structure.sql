CREATE TYPE rag.span AS RANGE (SUBTYPE = uuid, MULTIRANGE_TYPE_NAME = rag.spans);

CREATE FUNCTION rag.make_space(number int, dimensions int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := format('space_%s', number);
BEGIN
    PERFORM pg_advisory_xact_lock(1382115152, number);
    IF to_regclass('rag.' || name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE rag.%I (
            id uuid PRIMARY KEY, place uuid NOT NULL, words int NOT NULL, span rag.span, others rag.spans[],
            kind text COLLATE "C" NOT NULL, language text COLLATE "C", labels uuid[],
            terms public.sparsevec(1000000000) NOT NULL, embedding public.halfvec(%s),
            CHECK ((span IS NULL) <> (others IS NULL)))
            WITH (toast_tuple_target = 8160)',
        name, dimensions);
    EXECUTE format('ALTER TABLE rag.%I ALTER terms SET STORAGE external', name);
    EXECUTE format(
        'ALTER TABLE rag.%I ALTER embedding SET STORAGE %s', name, CASE WHEN dimensions <= 2500 THEN 'plain' ELSE 'external' END);
    EXECUTE format('CREATE INDEX %I ON rag.%I (place)', name || '_place', name);
    EXECUTE format('CREATE INDEX %I ON rag.%I (id) WHERE embedding IS NULL', name || '_waiting', name);
    EXECUTE format('ALTER TABLE rag.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE rag.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
        'CREATE POLICY within ON rag.%I FOR SELECT USING (
            span <@ (SELECT nullif(current_setting(''fumetto.scope'', true), '''')::rag.spans)
            OR (others IS NOT NULL
                AND (SELECT nullif(current_setting(''fumetto.scope'', true), '''')::rag.spans) @> ANY (others)))',
        name);
    EXECUTE format('CREATE POLICY added ON rag.%I FOR INSERT WITH CHECK ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', name);
    EXECUTE format(
        'CREATE POLICY changed ON rag.%I FOR UPDATE USING ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', name);
    EXECUTE format(
        'CREATE POLICY removed ON rag.%I FOR DELETE USING ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON rag.%I TO fumetto_app', name);
END
$$;

CREATE FUNCTION rag.drop_space(number int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1382115152, number);
    EXECUTE format('DROP TABLE IF EXISTS rag.%I', format('space_%s', number));
END
$$;

REVOKE ALL ON FUNCTION rag.make_space(int, int), rag.drop_space(int) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION rag.make_space(int, int), rag.drop_space(int) TO fumetto_app;
