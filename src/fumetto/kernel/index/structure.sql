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

CREATE FUNCTION rag.reach() RETURNS TABLE (number bigint, low bigint, last bigint)
LANGUAGE sql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.number, r.low, r.last
    FROM (SELECT nullif(current_setting('fumetto.reach', true), '') AS told) AS s, LATERAL unnest(
        split_part(told, ';', 1)::bigint[], split_part(told, ';', 2)::bigint[], split_part(told, ';', 3)::bigint[]
    ) AS r (number, low, last)
$$;

CREATE AGGREGATE rag.joined(bit varying) (SFUNC = pg_catalog.bitcat, STYPE = bit varying);

CREATE FUNCTION rag.make_blocks(number int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    space text := format('space_%s', number);
    blocks text := format('space_%s_blocks', number);
    parts text := format('space_%s_parts', number);
    members text := format('space_%s_members', number);
    terms text := format('space_%s_terms', number);
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(1382115152, number);
    IF to_regclass('rag.' || blocks) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE rag.%I (
            block int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stamp uuid NOT NULL DEFAULT gen_random_uuid(),
            low uuid NOT NULL UNIQUE, high uuid NOT NULL, passages int NOT NULL DEFAULT 0, apart bytea NOT NULL DEFAULT '''',
            ready boolean NOT NULL DEFAULT false)',
        blocks);
    EXECUTE format(
        'CREATE TABLE rag.%I (
            block int, at int, number bigint NOT NULL, size int NOT NULL,
            base bigint NOT NULL, first bigint NOT NULL, last bigint NOT NULL, every bit varying NOT NULL,
            positions int[] NOT NULL, offsets bytea NOT NULL, words bytea NOT NULL,
            PRIMARY KEY (block, at)) WITH (toast_tuple_target = 8160)',
        parts);
    EXECUTE format(
        'ALTER TABLE rag.%I ALTER positions SET STORAGE plain, ALTER offsets SET STORAGE external,
            ALTER words SET STORAGE external',
        parts);
    EXECUTE format('CREATE TABLE rag.%I (block int, at int, ids bytea NOT NULL, PRIMARY KEY (block, at))', members);
    EXECUTE format('ALTER TABLE rag.%I ALTER ids SET STORAGE plain', members);
    EXECUTE format(
        'CREATE TABLE rag.%I (term int, times smallint, block int, bits bit varying NOT NULL, PRIMARY KEY (term, times, block))
            WITH (toast_tuple_target = 128)',
        terms);
    EXECUTE format('ALTER TABLE rag.%I ALTER bits SET STORAGE main', terms);
    FOREACH part IN ARRAY ARRAY[blocks, parts, members, terms] LOOP
        EXECUTE format('ALTER TABLE rag.%I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('CREATE POLICY added ON rag.%I FOR INSERT WITH CHECK ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', part);
        EXECUTE format('REVOKE ALL ON rag.%I FROM fumetto_app', part);
        EXECUTE format('GRANT INSERT ON rag.%I TO fumetto_app', part);
    END LOOP;
    EXECUTE format('CREATE POLICY known ON rag.%I FOR SELECT USING ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', blocks);
    EXECUTE format(
        'CREATE POLICY removed ON rag.%I FOR DELETE USING ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', blocks);
    EXECUTE format(
        'CREATE POLICY finished ON rag.%I FOR UPDATE USING ((SELECT current_setting(''fumetto.reader'', true)) = ''*'')', blocks);
    EXECUTE format('GRANT SELECT, UPDATE, DELETE ON rag.%I TO fumetto_app', blocks);
    EXECUTE format('CREATE POLICY named ON rag.%I FOR SELECT USING (true)', members);
    EXECUTE format('GRANT SELECT ON rag.%I TO fumetto_app', members);
    EXECUTE format(
        'CREATE FUNCTION rag.%1$I(known uuid[])
        RETURNS TABLE (block int, stamp bytea, low bytea, high bytea, apart bytea, runs bytea, offsets bytea, words bytea)
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
        #variable_conflict use_column
        BEGIN
            RETURN QUERY
            WITH reach AS MATERIALIZED (SELECT * FROM rag.reach()),
            runs AS (
                SELECT p.block,
                       string_agg(int4send(p.at) || int4send(s.first) || int4send(s.last) || int8send(p.number)
                                  || int8send(p.base), '''' ORDER BY p.at, s.first) AS runs,
                       string_agg(substring(p.offsets, 4 * s.first + 1, 4 * (s.last - s.first)), ''''
                                  ORDER BY p.at, s.first) AS offsets,
                       string_agg(substring(p.words, 2 * s.first + 1, 2 * (s.last - s.first)), ''''
                                  ORDER BY p.at, s.first) AS words
                FROM rag.%2$I b JOIN rag.%3$I p ON p.block = b.block
                JOIN reach r ON r.number = p.number AND r.low <= p.last AND r.last >= p.first, LATERAL (
                    SELECT CASE WHEN r.low <= p.first THEN 0
                                ELSE width_bucket((r.low - 1 - p.base)::int, p.positions) END AS first,
                           CASE WHEN r.last >= p.last THEN p.size
                                ELSE width_bucket((r.last - p.base)::int, p.positions) END AS last
                    OFFSET 0
                ) AS s
                WHERE s.last > s.first AND b.ready AND b.stamp <> ALL (known)
                GROUP BY p.block
            )
            SELECT b.block, uuid_send(b.stamp), uuid_send(b.low), uuid_send(b.high), b.apart, r.runs, r.offsets, r.words
            FROM rag.%2$I b LEFT JOIN runs r USING (block) WHERE b.ready AND b.stamp <> ALL (known);
        END $f$',
        space || '_seen', blocks, parts);
    EXECUTE format(
        'CREATE FUNCTION rag.%1$I(asked int[]) RETURNS TABLE (term int, times int, blocks bytea, told bytea)
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = ''64MB'' SET enable_sort = off AS $f$
        #variable_conflict use_column
        BEGIN
            RETURN QUERY
            WITH reach AS MATERIALIZED (SELECT * FROM rag.reach()),
            seen AS MATERIALIZED (
                SELECT m.block, rag.joined(m.mask ORDER BY m.at)::bit(16384) AS bits FROM (
                    SELECT s.block, s.at, bit_or(s.mask) AS mask FROM (
                        SELECT p.block, p.at, CASE
                            WHEN r.number IS NULL THEN p.every << p.size
                            WHEN r.low <= p.first AND r.last >= p.last THEN p.every
                            ELSE (p.every >> CASE WHEN r.low <= p.first THEN 0
                                             ELSE width_bucket((r.low - 1 - p.base)::int, p.positions) END)
                               & (p.every << CASE WHEN r.last >= p.last THEN 0
                                             ELSE p.size - width_bucket((r.last - p.base)::int, p.positions) END)
                            END AS mask
                        FROM rag.%2$I b JOIN rag.%3$I p ON p.block = b.block
                        LEFT JOIN reach r ON r.number = p.number AND r.low <= p.last AND r.last >= p.first
                        WHERE b.ready OFFSET 0
                    ) AS s GROUP BY s.block, s.at
                ) AS m GROUP BY m.block
            )
            SELECT t.term, t.times::int, string_agg(int4send(t.block), ''''),
                   string_agg(varbit_send(t.bits & s.bits), '''')
            FROM unnest((SELECT asked)) AS q (term) JOIN rag.%4$I t ON t.term = q.term JOIN seen s ON s.block = t.block
            GROUP BY t.term, t.times
            UNION ALL SELECT 0, 0, string_agg(int4send(b.block), ''''), string_agg(uuid_send(b.stamp), '''') FROM rag.%2$I b
            WHERE b.ready;
        END $f$',
        space || '_found', blocks, parts, terms);
    EXECUTE format(
        'CREATE FUNCTION rag.%1$I() RETURNS void
        LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
            DELETE FROM rag.%2$I t WHERE NOT EXISTS (SELECT FROM rag.%5$I b WHERE b.block = t.block);
            DELETE FROM rag.%3$I t WHERE NOT EXISTS (SELECT FROM rag.%5$I b WHERE b.block = t.block);
            DELETE FROM rag.%4$I t WHERE NOT EXISTS (SELECT FROM rag.%5$I b WHERE b.block = t.block);
        $f$',
        space || '_swept', terms, parts, members, blocks);
    EXECUTE format(
        'REVOKE ALL ON FUNCTION rag.%1$I(uuid[]), rag.%2$I(int[]), rag.%3$I() FROM PUBLIC',
        space || '_seen', space || '_found', space || '_swept');
    EXECUTE format(
        'GRANT EXECUTE ON FUNCTION rag.%1$I(uuid[]), rag.%2$I(int[]), rag.%3$I() TO fumetto_app',
        space || '_seen', space || '_found', space || '_swept');
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
    EXECUTE format(
        'DROP FUNCTION IF EXISTS rag.%I(uuid[]), rag.%I(int[]), rag.%I()', space || '_seen', space || '_found', space || '_swept');
    EXECUTE format(
        'DROP TABLE IF EXISTS rag.%I, rag.%I, rag.%I, rag.%I, rag.%I',
        space, space || '_terms', space || '_members', space || '_parts', space || '_blocks');
END
$$;

REVOKE ALL ON FUNCTION rag.make_space(int, int), rag.make_blocks(int), rag.forget_blocks(), rag.drop_space(int) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION rag.make_space(int, int), rag.make_blocks(int), rag.drop_space(int) TO fumetto_app;
