-- Whether a page was seen by the reader whom the transaction was begun for. Where it stands at a page
-- (fumetto.present, a position), nothing after that page counts.
CREATE FUNCTION library.page_seen(wanted uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM library.pages p
        JOIN library.episodes e ON e.id = p.episode_id
        JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader()
        WHERE p.id = wanted AND p.position <@ l.seen AND p.position <= library.present_position()
    )
$$;

-- Whether the page of a text was.
CREATE FUNCTION library.text_seen(wanted uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT library.page_seen((SELECT t.page_id FROM library.page_texts t WHERE t.id = wanted))
$$;

-- Whether every page of an episode was, and it has one.
CREATE FUNCTION library.episode_seen(wanted uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM library.pages p
        JOIN library.episodes e ON e.id = p.episode_id
        LEFT JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader()
        WHERE e.id = wanted
        HAVING bool_and(coalesce(p.position <@ l.seen, false) AND p.position <= library.present_position())
    )
$$;

-- Where the pages of evidences lie, kept beside each evidence so that whether it was seen takes one look at a ledger
-- instead of one for each page. It sees every row meanwhile: whoever moves a page may have read nothing of it. Pages
-- that were moved to another series are none of the evidence's any more.
CREATE FUNCTION library.renew_needs(changed uuid[], moved_page uuid, moved_episode uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    reader text := coalesce(current_setting('fumetto.reader', true), '');
BEGIN
    PERFORM set_config('fumetto.reader', '*', true);
    UPDATE library.evidences e SET needs = coalesce(f.needs, '{}'), pages_there = f.pages
    FROM (
        SELECT unnest(changed)
        UNION SELECT evidence_id FROM library.evidence_pages WHERE page_id = moved_page
        UNION SELECT n.evidence_id FROM library.evidence_pages n JOIN library.pages p ON p.id = n.page_id
        WHERE p.episode_id = moved_episode
    ) AS c (id)
    JOIN library.evidences s ON s.id = c.id
    CROSS JOIN LATERAL (
        SELECT range_agg(int8range(p.position, p.position + 1)) AS needs, count(*) AS pages
        FROM library.evidence_pages n
        JOIN library.pages p ON p.id = n.page_id
        JOIN library.episodes b ON b.id = p.episode_id AND b.series_id = s.series_id
        WHERE n.evidence_id = c.id
    ) AS f
    WHERE e.id = c.id AND (e.needs, e.pages_there) IS DISTINCT FROM (coalesce(f.needs, '{}'), f.pages);
    PERFORM set_config('fumetto.reader', reader, true);
END
$$;

CREATE FUNCTION library.evidence_pages_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM library.renew_needs(ARRAY(SELECT DISTINCT evidence_id FROM changed), NULL, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION library.evidence_page_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM library.renew_needs('{}', NEW.id, NULL);
    RETURN NULL;
END
$$;

CREATE FUNCTION library.evidence_episode_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM library.renew_needs('{}', NULL, NEW.id);
    RETURN NULL;
END
$$;

CREATE FUNCTION library.evidence_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM library.renew_needs(ARRAY[NEW.id], NULL, NULL);
    RETURN NULL;
END
$$;
