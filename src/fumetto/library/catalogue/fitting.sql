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
