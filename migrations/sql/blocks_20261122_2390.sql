CREATE OR REPLACE FUNCTION rag.make_blocks(number int) RETURNS void
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

DO $$
DECLARE
    space text;
    part text;
BEGIN
    FOR space IN SELECT format('space_%s', number) FROM rag.spaces LOOP
        IF to_regclass('rag.' || space || '_blocks') IS NOT NULL THEN
            FOREACH part IN ARRAY ARRAY['insert', 'update', 'delete', 'moved'] LOOP
                EXECUTE format('DROP TRIGGER %I ON rag.%I', 'forget_' || part, space);
            END LOOP;
            EXECUTE format('DROP TABLE rag.%I, rag.%I', space || '_terms', space || '_blocks');
        END IF;
    END LOOP;
    UPDATE rag.spaces SET approximate = false WHERE approximate;
END
$$;
