-- What migration 20261122_2330 makes: from which age series and episodes are for, and the wall that lets nobody past
-- what does not fit them.

ALTER TABLE library.series
    ADD COLUMN min_age integer GENERATED ALWAYS AS (CASE WHEN age_rating ~ '^[0-9]{1,2}\+$' THEN rtrim(age_rating, '+')::integer ELSE CASE lower(age_rating) WHEN 'g' THEN 0 WHEN 'early childhood' THEN 3 WHEN 'everyone' THEN 6 WHEN 'kids to adults' THEN 6 WHEN 'everyone 10+' THEN 10 WHEN 'pg' THEN 10 WHEN 'teen' THEN 13 WHEN 'ma15+' THEN 15 WHEN 'm' THEN 17 WHEN 'mature 17+' THEN 17 WHEN 'adults only 18+' THEN 18 WHEN 'r18+' THEN 18 WHEN 'x18+' THEN 18 END END) STORED,
    ADD COLUMN labels varchar[] DEFAULT '{}' NOT NULL;

ALTER TABLE library.episodes
    ADD COLUMN min_age integer GENERATED ALWAYS AS (CASE WHEN age_rating ~ '^[0-9]{1,2}\+$' THEN rtrim(age_rating, '+')::integer ELSE CASE lower(age_rating) WHEN 'g' THEN 0 WHEN 'early childhood' THEN 3 WHEN 'everyone' THEN 6 WHEN 'kids to adults' THEN 6 WHEN 'everyone 10+' THEN 10 WHEN 'pg' THEN 10 WHEN 'teen' THEN 13 WHEN 'ma15+' THEN 15 WHEN 'm' THEN 17 WHEN 'mature 17+' THEN 17 WHEN 'adults only 18+' THEN 18 WHEN 'r18+' THEN 18 WHEN 'x18+' THEN 18 END END) STORED,
    ADD COLUMN labels varchar[] DEFAULT '{}' NOT NULL;

ALTER TABLE library.series ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.series FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.series USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = (SELECT library.present_reader()) AND CASE WHEN series.min_age IS NULL THEN f.unrated ELSE series.min_age <= coalesce(f.max_age, 99) END AND NOT series.labels && f.labels_excluded AND (f.labels_allowed IS NULL OR series.labels && f.labels_allowed) AND (NOT f.only_shelves OR EXISTS (SELECT FROM library.shelf_series o JOIN library.shelf_collectives c ON c.shelf_id = o.shelf_id WHERE o.series_id = series.id AND c.collective_id = ANY (f.collective_ids))))) WITH CHECK (true);

ALTER TABLE library.episodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.episodes FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.episodes USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = (SELECT library.present_reader()) AND coalesce(episodes.min_age, 0) <= coalesce(f.max_age, 99) AND NOT episodes.labels && f.labels_excluded) AND EXISTS (SELECT FROM library.series s WHERE s.id = episodes.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.reader_preferences AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR reader_preferences.series_id IS NULL OR EXISTS (SELECT FROM library.series t WHERE t.id = reader_preferences.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.reading_fetches AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR reading_fetches.series_id IS NULL OR EXISTS (SELECT FROM library.series t WHERE t.id = reading_fetches.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.reading_ledgers AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR reading_ledgers.series_id IS NULL OR EXISTS (SELECT FROM library.series t WHERE t.id = reading_ledgers.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.wiki_articles AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR wiki_articles.series_id IS NULL OR EXISTS (SELECT FROM library.series t WHERE t.id = wiki_articles.series_id)) WITH CHECK (true);

ALTER TABLE library.collection_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.collection_series FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.collection_series USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR collection_series.series_id IS NULL OR EXISTS (SELECT FROM library.series t WHERE t.id = collection_series.series_id)) WITH CHECK (true);

CREATE POLICY fits ON library.episode_readings AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR episode_readings.episode_id IS NULL OR EXISTS (SELECT FROM library.episodes t WHERE t.id = episode_readings.episode_id)) WITH CHECK (true);

ALTER TABLE library.episode_titles ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.episode_titles FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.episode_titles USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR episode_titles.episode_id IS NULL OR EXISTS (SELECT FROM library.episodes t WHERE t.id = episode_titles.episode_id)) WITH CHECK (true);

ALTER TABLE library.pages ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.pages FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.pages USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR pages.episode_id IS NULL OR EXISTS (SELECT FROM library.episodes t WHERE t.id = pages.episode_id)) WITH CHECK (true);

ALTER TABLE library.reading_list_episodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.reading_list_episodes FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.reading_list_episodes USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR reading_list_episodes.episode_id IS NULL OR EXISTS (SELECT FROM library.episodes t WHERE t.id = reading_list_episodes.episode_id)) WITH CHECK (true);

CREATE POLICY fits ON library.reading_progress AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR reading_progress.episode_id IS NULL OR EXISTS (SELECT FROM library.episodes t WHERE t.id = reading_progress.episode_id)) WITH CHECK (true);

ALTER TABLE library.page_texts ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.page_texts FORCE ROW LEVEL SECURITY;
CREATE POLICY fits ON library.page_texts USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR page_texts.page_id IS NULL OR EXISTS (SELECT FROM library.pages t WHERE t.id = page_texts.page_id)) WITH CHECK (true);

CREATE POLICY fits ON app.conversations AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR conversations.series_id IS NULL OR EXISTS (SELECT FROM library.series t WHERE t.id = conversations.series_id)) WITH CHECK (true);

CREATE POLICY fits ON app.chat_sessions AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR chat_sessions.episode_id IS NULL OR EXISTS (SELECT FROM library.episodes t WHERE t.id = chat_sessions.episode_id)) WITH CHECK (true);

CREATE POLICY fits ON library.evidences AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR evidences.page_count = (SELECT count(*) FROM library.evidence_pages n WHERE n.evidence_id = evidences.id)) WITH CHECK (true);

CREATE POLICY fits ON app.chat_messages AS RESTRICTIVE USING ((SELECT NOT EXISTS (SELECT FROM app.reading_fits f WHERE f.user_id = library.present_reader())) OR chat_messages.series_id IS NULL OR EXISTS (SELECT FROM library.series t WHERE t.id = chat_messages.series_id)) WITH CHECK (true);
