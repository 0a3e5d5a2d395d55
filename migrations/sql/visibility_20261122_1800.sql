-- What migration 20261122_1800 makes beside tables: functions that tell what was seen, and policies that ask them.

CREATE FUNCTION library.present_reader() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT CASE WHEN length(current_setting('fumetto.reader', true)) = 36 THEN current_setting('fumetto.reader', true)::uuid END $$;

CREATE FUNCTION library.present_position() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT coalesce(nullif(current_setting('fumetto.present', true), ''), '9223372036854775807')::bigint $$;

CREATE FUNCTION library.page_seen(wanted uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM library.pages p
        JOIN library.episodes e ON e.id = p.episode_id
        JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader()
        WHERE p.id = wanted AND p.position <@ l.seen AND p.position <= library.present_position()
    )
$$;

CREATE FUNCTION library.text_seen(wanted uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT library.page_seen((SELECT t.page_id FROM library.page_texts t WHERE t.id = wanted))
$$;

CREATE FUNCTION library.episode_seen(wanted uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (
        SELECT FROM library.pages p
        JOIN library.episodes e ON e.id = p.episode_id
        LEFT JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader()
        WHERE e.id = wanted
        HAVING bool_and(coalesce(p.position <@ l.seen, false) AND p.position <= library.present_position())
    )
$$;

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

CREATE TRIGGER evidence_pages_come AFTER INSERT ON library.evidence_pages REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION library.evidence_pages_changed();

CREATE TRIGGER evidence_pages_go AFTER DELETE ON library.evidence_pages REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION library.evidence_pages_changed();

CREATE TRIGGER evidence_page_moved AFTER UPDATE OF position, episode_id ON library.pages FOR EACH ROW WHEN (OLD.position IS DISTINCT FROM NEW.position OR OLD.episode_id IS DISTINCT FROM NEW.episode_id) EXECUTE FUNCTION library.evidence_page_moved();

CREATE TRIGGER evidence_episode_moved AFTER UPDATE OF series_id ON library.episodes FOR EACH ROW WHEN (OLD.series_id IS DISTINCT FROM NEW.series_id) EXECUTE FUNCTION library.evidence_episode_moved();

CREATE TRIGGER evidence_moved AFTER UPDATE OF series_id ON library.evidences FOR EACH ROW WHEN (OLD.series_id IS DISTINCT FROM NEW.series_id) EXECUTE FUNCTION library.evidence_moved();

ALTER TABLE library.balloon_speakers ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.balloon_speakers FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.balloon_speakers FOR SELECT USING (EXISTS (SELECT 1 FROM library.balloons b WHERE b.id = balloon_speakers.balloon_id));
CREATE POLICY unbounded ON library.balloon_speakers USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.balloons ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.balloons FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.balloons FOR SELECT USING (library.text_seen(page_text_id));
CREATE POLICY unbounded ON library.balloons USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.character_aliases ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.character_aliases FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.character_aliases FOR SELECT USING (EXISTS (SELECT 1 FROM library.evidences e WHERE e.alias_id = character_aliases.id));
CREATE POLICY unbounded ON library.character_aliases USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.characters ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.characters FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.characters FOR SELECT USING (state = 'accepted' AND EXISTS (SELECT 1 FROM library.page_characters p WHERE p.character_id = characters.id));
CREATE POLICY unbounded ON library.characters USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.commentary_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.commentary_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.commentary_notes FOR SELECT USING (CASE WHEN page_id IS NULL THEN library.episode_seen(episode_id) ELSE library.page_seen(page_id) END);
CREATE POLICY unbounded ON library.commentary_notes USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.entity_facts ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.entity_facts FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.entity_facts FOR SELECT USING (EXISTS (SELECT 1 FROM library.evidences e WHERE e.entity_fact_id = entity_facts.id));
CREATE POLICY unbounded ON library.entity_facts USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.episode_summaries ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.episode_summaries FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.episode_summaries FOR SELECT USING (library.episode_seen(episode_id));
CREATE POLICY unbounded ON library.episode_summaries USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.evidence_pages ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.evidence_pages FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.evidence_pages FOR SELECT USING (EXISTS (SELECT FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader() WHERE p.id = evidence_pages.page_id AND p.position <@ l.seen AND p.position <= library.present_position()));
CREATE POLICY unbounded ON library.evidence_pages USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.evidences ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.evidences FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.evidences FOR SELECT USING (state = 'accepted' AND page_count >= 1 AND page_count = pages_there AND EXISTS (SELECT FROM library.reading_ledgers l WHERE l.series_id = evidences.series_id AND l.reader_id = (SELECT library.present_reader()) AND evidences.needs <@ l.seen AND upper(evidences.needs) - 1 <= (SELECT library.present_position())));
CREATE POLICY unbounded ON library.evidences USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.page_characters ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.page_characters FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.page_characters FOR SELECT USING (EXISTS (SELECT FROM library.pages p JOIN library.episodes e ON e.id = p.episode_id JOIN library.reading_ledgers l ON l.series_id = e.series_id AND l.reader_id = library.present_reader() WHERE p.id = page_characters.page_id AND p.position <@ l.seen AND p.position <= library.present_position()));
CREATE POLICY unbounded ON library.page_characters USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.page_descriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.page_descriptions FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.page_descriptions FOR SELECT USING (library.page_seen(page_id));
CREATE POLICY unbounded ON library.page_descriptions USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.panels ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.panels FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.panels FOR SELECT USING (library.page_seen(page_id));
CREATE POLICY unbounded ON library.panels USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.wiki_articles ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.wiki_articles FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.wiki_articles FOR SELECT USING (EXISTS (SELECT 1 FROM library.wiki_facts f WHERE f.article_id = wiki_articles.id));
CREATE POLICY unbounded ON library.wiki_articles USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.wiki_facts ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.wiki_facts FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.wiki_facts FOR SELECT USING (safe_lore AND library.present_reader() IS NOT NULL OR EXISTS (SELECT 1 FROM library.evidences e WHERE e.wiki_fact_id = wiki_facts.id));
CREATE POLICY unbounded ON library.wiki_facts USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.wiki_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.wiki_sources FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.wiki_sources FOR SELECT USING (false);
CREATE POLICY unbounded ON library.wiki_sources USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.world_entities ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.world_entities FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.world_entities FOR SELECT USING (EXISTS (SELECT 1 FROM library.evidences e WHERE e.entity_id = world_entities.id));
CREATE POLICY unbounded ON library.world_entities USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');

ALTER TABLE library.world_relationships ENABLE ROW LEVEL SECURITY;
ALTER TABLE library.world_relationships FORCE ROW LEVEL SECURITY;
CREATE POLICY revealed ON library.world_relationships FOR SELECT USING (EXISTS (SELECT 1 FROM library.evidences e WHERE e.relationship_id = world_relationships.id));
CREATE POLICY unbounded ON library.world_relationships USING (current_setting('fumetto.reader', true) = '*') WITH CHECK (current_setting('fumetto.reader', true) = '*');
