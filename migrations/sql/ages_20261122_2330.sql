-- What migration 20261122_2330 makes: from which age series and episodes are for, and the wall that lets nobody past
-- what does not fit them.

-- A library has thousands of series, not millions: rewriting them once takes less than a second.
ALTER TABLE library.series
    -- squawk-ignore adding-field-with-default
    ADD COLUMN min_age integer GENERATED ALWAYS AS (CASE WHEN age_rating ~ '^[0-9]{1,2}\+$' THEN rtrim(age_rating, '+')::integer ELSE CASE lower(age_rating) WHEN 'g' THEN 0 WHEN 'early childhood' THEN 3 WHEN 'everyone' THEN 6 WHEN 'kids to adults' THEN 6 WHEN 'everyone 10+' THEN 10 WHEN 'pg' THEN 10 WHEN 'teen' THEN 13 WHEN 'ma15+' THEN 15 WHEN 'm' THEN 17 WHEN 'mature 17+' THEN 17 WHEN 'adults only 18+' THEN 18 WHEN 'r18+' THEN 18 WHEN 'x18+' THEN 18 END END) STORED,
    ADD COLUMN labels varchar[] DEFAULT '{}' NOT NULL;

-- A library has thousands of episodes, not millions: rewriting them once takes less than a second.
ALTER TABLE library.episodes
    -- squawk-ignore adding-field-with-default
    ADD COLUMN min_age integer GENERATED ALWAYS AS (CASE WHEN age_rating ~ '^[0-9]{1,2}\+$' THEN rtrim(age_rating, '+')::integer ELSE CASE lower(age_rating) WHEN 'g' THEN 0 WHEN 'early childhood' THEN 3 WHEN 'everyone' THEN 6 WHEN 'kids to adults' THEN 6 WHEN 'everyone 10+' THEN 10 WHEN 'pg' THEN 10 WHEN 'teen' THEN 13 WHEN 'ma15+' THEN 15 WHEN 'm' THEN 17 WHEN 'mature 17+' THEN 17 WHEN 'adults only 18+' THEN 18 WHEN 'r18+' THEN 18 WHEN 'x18+' THEN 18 END END) STORED,
    ADD COLUMN labels varchar[] DEFAULT '{}' NOT NULL;

-- What fits the reader of a transaction who is restricted, for the policies of fitting_sql.py. What is there for them is
-- asked of the tables themselves, whose own policies answer.

CREATE FUNCTION library.unrestricted() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader());
END
$$;

CREATE FUNCTION library.series_fits(wanted uuid, rated integer, marked varchar[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 1 AS $$
    SELECT EXISTS (
        SELECT FROM app.reading_fits f
        WHERE f.user_id = library.present_reader()
            AND CASE WHEN rated IS NULL THEN f.unrated ELSE rated <= coalesce(f.max_age, 99) END
            AND NOT marked && f.labels_excluded
            AND (f.labels_allowed IS NULL OR marked && f.labels_allowed)
            AND (NOT f.only_shelves OR EXISTS (
                SELECT FROM library.shelf_series o
                JOIN library.shelf_collectives c ON c.shelf_id = o.shelf_id
                WHERE o.series_id = wanted AND c.collective_id = ANY (f.collective_ids)
            ))
    )
$$;

CREATE FUNCTION library.series_there(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 1 AS $$
    SELECT EXISTS (SELECT FROM library.series WHERE id = wanted)
$$;

CREATE FUNCTION library.episode_fits(of_series uuid, rated integer, marked varchar[]) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 1 AS $$
    SELECT EXISTS (
        SELECT FROM app.reading_fits f
        WHERE f.user_id = library.present_reader()
            AND coalesce(rated, 0) <= coalesce(f.max_age, 99) AND NOT marked && f.labels_excluded
    ) AND library.series_there(of_series)
$$;

CREATE FUNCTION library.episode_there(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 1 AS $$
    SELECT EXISTS (SELECT FROM library.episodes WHERE id = wanted)
$$;

CREATE FUNCTION library.page_there(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 1 AS $$
    SELECT EXISTS (SELECT FROM library.pages WHERE id = wanted)
$$;

CREATE FUNCTION library.evidence_there(wanted uuid, needed integer) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE COST 1 AS $$
    SELECT needed = (SELECT count(*) FROM library.evidence_pages WHERE evidence_id = wanted)
$$;

ALTER TABLE library.series ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.series FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.series USING ((SELECT library.unrestricted()) OR library.series_fits(series.id, series.min_age, series.labels)) WITH CHECK (true);

ALTER TABLE library.episodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.episodes FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.episodes USING ((SELECT library.unrestricted()) OR library.episode_fits(episodes.series_id, episodes.min_age, episodes.labels)) WITH CHECK (true);

CREATE POLICY fits ON library.reader_preferences AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR reader_preferences.series_id IS NULL OR library.series_there(reader_preferences.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.reading_fetches AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR reading_fetches.series_id IS NULL OR library.series_there(reading_fetches.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.reading_ledgers AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR reading_ledgers.series_id IS NULL OR library.series_there(reading_ledgers.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.wiki_articles AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR wiki_articles.series_id IS NULL OR library.series_there(wiki_articles.series_id)) WITH CHECK (true);

ALTER TABLE library.collection_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.collection_series FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.collection_series USING ((SELECT library.unrestricted()) OR collection_series.series_id IS NULL OR library.series_there(collection_series.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.episode_readings AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR episode_readings.episode_id IS NULL OR library.episode_there(episode_readings.episode_id)) WITH CHECK (true);

ALTER TABLE library.episode_titles ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.episode_titles FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.episode_titles USING ((SELECT library.unrestricted()) OR episode_titles.episode_id IS NULL OR library.episode_there(episode_titles.episode_id)) WITH CHECK (true);

ALTER TABLE library.pages ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.pages FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.pages USING ((SELECT library.unrestricted()) OR pages.episode_id IS NULL OR library.episode_there(pages.episode_id)) WITH CHECK (true);

ALTER TABLE library.reading_list_episodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.reading_list_episodes FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.reading_list_episodes USING ((SELECT library.unrestricted()) OR reading_list_episodes.episode_id IS NULL OR library.episode_there(reading_list_episodes.episode_id)) WITH CHECK (true);

CREATE POLICY fits ON library.reading_progress AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR reading_progress.episode_id IS NULL OR library.episode_there(reading_progress.episode_id)) WITH CHECK (true);

ALTER TABLE library.page_texts ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.page_texts FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.page_texts USING ((SELECT library.unrestricted()) OR page_texts.page_id IS NULL OR library.page_there(page_texts.page_id)) WITH CHECK (true);

ALTER TABLE app.personas ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.personas FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON app.personas USING ((SELECT library.unrestricted()) OR personas.series_id IS NULL OR library.series_there(personas.series_id)) WITH CHECK (true);

CREATE POLICY fits ON app.conversations AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR conversations.series_id IS NULL OR library.series_there(conversations.series_id)) WITH CHECK (true);

CREATE POLICY fits ON app.chat_sessions AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR chat_sessions.episode_id IS NULL OR library.episode_there(chat_sessions.episode_id)) WITH CHECK (true);

CREATE POLICY fits ON library.evidences AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR library.evidence_there(evidences.id, evidences.page_count)) WITH CHECK (true);

CREATE POLICY fits ON app.chat_messages AS RESTRICTIVE USING ((SELECT library.unrestricted()) OR chat_messages.series_id IS NULL OR library.series_there(chat_messages.series_id)) WITH CHECK (true);
