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

CREATE FUNCTION rag.forget_blocks() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'DELETE FROM rag.%1$I WHERE block IN (
            SELECT b.block FROM (SELECT DISTINCT place FROM touched) AS t, LATERAL (
                SELECT block, high FROM rag.%1$I WHERE low <= t.place ORDER BY low DESC LIMIT 1
            ) AS b WHERE b.high > t.place)',
        TG_TABLE_NAME || '_blocks');
    RETURN NULL;
END
$$;

CREATE FUNCTION rag.make_blocks(number int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    space text := format('space_%s', number);
    blocks text := format('space_%s_blocks', number);
    terms text := format('space_%s_terms', number);
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(1382115152, number);
    IF to_regclass('rag.' || blocks) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE rag.%I (
            block int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, low uuid NOT NULL UNIQUE, high uuid NOT NULL,
            span rag.span NOT NULL, passages int NOT NULL, words bigint NOT NULL, members bytea NOT NULL)
            WITH (toast_tuple_target = 8160)',
        blocks);
    EXECUTE format('ALTER TABLE rag.%I ALTER members SET STORAGE external', blocks);
    EXECUTE format(
        'CREATE TABLE rag.%I (
            term int, block int, passages int NOT NULL, found bytea NOT NULL, PRIMARY KEY (term, block))
            WITH (toast_tuple_target = 8160)',
        terms);
    EXECUTE format('ALTER TABLE rag.%I ALTER found SET STORAGE external', terms);
    FOREACH part IN ARRAY ARRAY[blocks, terms] LOOP
        EXECUTE format('ALTER TABLE rag.%I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY added ON rag.%I FOR INSERT WITH CHECK ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', part);
        EXECUTE format(
            'CREATE POLICY removed ON rag.%I FOR DELETE USING ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', part);
        EXECUTE format('GRANT SELECT, INSERT, DELETE ON rag.%I TO fumetto_app', part);
    END LOOP;
    EXECUTE format(
        'CREATE POLICY within ON rag.%I FOR SELECT USING (
            span <@ (SELECT nullif(current_setting(''fumetto.scope'', true), '''')::rag.spans))',
        blocks);
    EXECUTE format('CREATE POLICY within ON rag.%I FOR SELECT USING (block IN (SELECT b.block FROM rag.%I b))', terms, blocks);
    FOREACH part IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON rag.%I REFERENCING %s TABLE AS touched
                FOR EACH STATEMENT EXECUTE FUNCTION rag.forget_blocks()',
            'forget_' || lower(part), part, space, CASE part WHEN 'INSERT' THEN 'NEW' ELSE 'OLD' END);
    END LOOP;
    EXECUTE format(
        'CREATE TRIGGER forget_moved AFTER UPDATE ON rag.%I REFERENCING NEW TABLE AS touched
            FOR EACH STATEMENT EXECUTE FUNCTION rag.forget_blocks()',
        space);
END
$$;

CREATE FUNCTION rag.drop_space(number int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    space text := format('space_%s', number);
BEGIN
    PERFORM pg_advisory_xact_lock(1382115152, number);
    EXECUTE format('DROP TABLE IF EXISTS rag.%I, rag.%I, rag.%I', space, space || '_terms', space || '_blocks');
END
$$;

REVOKE ALL ON FUNCTION rag.make_space(int, int), rag.make_blocks(int), rag.forget_blocks(), rag.drop_space(int) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION rag.make_space(int, int), rag.make_blocks(int), rag.drop_space(int) TO fumetto_app;
