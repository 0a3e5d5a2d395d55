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
