"""A database of a million comments, made by its own SQL: 200 sites, 50,000 held.

Everything follows from the comment's number `n`, so that both databases hold the same.
"""

from string import Template

from sqlalchemy import Connection, Engine, text

COMMENTS = 1_000_000
SITES = 200
THREADS = 20_000
COMMENTERS = 100_000

_ORIGINS = """'["https://site' || n || '.example"]'"""
# What the two databases say differently.
_SQLITE = {
    "MOMENT": "strftime('%Y-%m-%d %H:%M:%f000', '2025-01-01', (n * 30) || ' seconds')",
    "HASH": "randomblob(32)",
    "NO": "0",
    "JSON": "'{}'",
    "ORIGINS": _ORIGINS,
}
_POSTGRESQL = {
    "MOMENT": "timestamptz '2025-01-01 00:00Z' + n * interval '30 seconds'",
    "HASH": "decode(md5(n::text || 'a') || md5(n::text || 'b'), 'hex')",
    "NO": "false",
    "JSON": "'{}'::json",
    "ORIGINS": f"({_ORIGINS})::json",
}
_SAME = {
    # Of 20 comments one is held, two are spam, one is rejected.
    "STATUS": """CASE WHEN n % 20 = 0 THEN 'held' WHEN n % 20 < 3 THEN 'spam'
        WHEN n % 20 = 3 THEN 'rejected' ELSE 'published' END""",
    # Sites of very different size: every second comment is one of the first ten sites'.
    "SITE": f"(CASE WHEN n % 2 = 0 THEN (n / 40) % 10 + 1 ELSE (n / 2) % {SITES} + 1 END)",
    "OWNED": f"((n - 1) % {SITES} + 1)",
    "TEXT": """('A thought about word' || ((n * 7919) % 7000) || ' word' || ((n * 104729) % 7000)
        || ' word' || ((n * 299709) % 7000) ||
        CASE WHEN n % 1000 = 0 THEN ' seldom' ELSE '' END)""",
    "SYMBOL": """CASE WHEN n % 997 = 0 THEN 'HONEYPOT' WHEN n % 3 = 0 THEN 'LINK_FLOOD'
        ELSE 'FORM_TOKEN_MISSING' END""",
    "LANGUAGE": "CASE WHEN n % 10 = 0 THEN 'de' WHEN n % 10 = 1 THEN 'fr' ELSE 'en' END",
}

_SITES = """
INSERT INTO sites (id, slug, name, origins, policy, created_at)
SELECT n, 'site-' || n, 'Site ' || n, $ORIGINS, $JSON, $MOMENT
FROM numbers"""
_THREADS = """
INSERT INTO threads
    (id, site_id, key, url, title, version, published_count, created_at)
SELECT n, $OWNED, 'page-' || n, 'https://site' || $OWNED || '.example/page-' || n, 'Page ' || n,
    1, 40, $MOMENT
FROM numbers"""
_COMMENTERS = """
INSERT INTO commenters
    (id, site_id, email_index, email_domain_index, email_key_id, email_sealed,
    published_count, refused_count, first_seen_at)
SELECT n, $OWNED, $HASH, $HASH, 'k1', $HASH, n % 9, n % 3, $MOMENT
FROM numbers"""
_COMMENTS = f"""
INSERT INTO comments
    (id, site_id, thread_id, commenter_id, depth, published_replies, page_title, name, text,
    rendered, revision, status, created_at, content_hash, door, network, network_index, user_agent,
    form_token, honeypot, sweep_at, attempts, screened_at, verdict_rule, score, screened_revision,
    language, by_site)
SELECT n, $SITE, $SITE + {SITES} * ((n / 7) % {THREADS // SITES}),
    $SITE + {SITES} * ((n / 3) % {COMMENTERS // SITES}), 1, 0, '', 'Reader ' || (n % 5000), $TEXT,
    '<p>' || $TEXT || '</p>', 1, $STATUS, $MOMENT, $HASH, 'api', '10.0.0.0/24', $HASH, '',
    'missing', $NO, $MOMENT, 0, $MOMENT, 'HOLD_SCORE', (n * 7 % 100) / 10.0, 1, $LANGUAGE, $NO
FROM numbers"""
_SIGNALS = """
INSERT INTO signals
    (comment_id, revision, symbol, check_name, version, score, evidence, duration_us, site_id,
    status, created_at)
SELECT n, 1, $SYMBOL, 'bench', 1, 3.0, $JSON, 10, $SITE, $STATUS, $MOMENT FROM numbers"""
_AUDIT_ENTRIES = """
INSERT INTO audit_entries
    (site_id, comment_id, revision, actor, action, before, after, why, details, created_at)
SELECT $SITE, n, 1, 'machine', 'verdict', 'pending', $STATUS, 'HOLD_SCORE', $JSON, $MOMENT
FROM numbers"""
_COUNTS = """
INSERT INTO site_counts (site_id, status, count)
SELECT site_id, status, count(*) FROM comments GROUP BY site_id, status"""
_NUMBERS = """
WITH RECURSIVE numbers (n) AS (
    SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n < {most})
SELECT"""


def fill(engine: Engine) -> None:
    """Fill a migrated, empty database."""
    sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        if not sqlite:
            # The rows refer to each other as they should; asking for each takes ten minutes.
            _run(connection, "SET LOCAL session_replication_role = replica")
        for most, statement in (
            (SITES, _SITES),
            (THREADS, _THREADS),
            (COMMENTERS, _COMMENTERS),
            (COMMENTS, _COMMENTS),
            (COMMENTS, _SIGNALS),
            (COMMENTS, _SIGNALS.replace("$SYMBOL", "'FIRST_COMMENT'")),
            (COMMENTS, _AUDIT_ENTRIES),
        ):
            _run(connection, _spelt_out(statement, most, _SQLITE if sqlite else _POSTGRESQL))
        _run(connection, _COUNTS)
        _index_words(connection)


def settle(engine: Engine) -> None:
    """Give the planner its statistics, once all rows are there; PostgreSQL does so by itself within
    a minute or so of such a change.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _run(connection, "ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _spelt_out(statement: str, most: int, words: dict[str, str]) -> str:
    sql = statement.replace("SELECT", _NUMBERS.format(most=most), 1)
    return Template(sql).substitute(_SAME | words)


def _index_words(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        _run(connection, "INSERT INTO comment_search (comment_search) VALUES ('rebuild')")
        return
    _run(
        connection,
        "INSERT INTO comment_search "
        "SELECT id, to_tsvector('simple', name || ' ' || text) FROM comments",
    )
    for table in ("comments", "sites", "threads", "commenters"):
        _run(
            connection,
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}",
        )


def _run(connection: Connection, sql: str) -> None:
    connection.execute(text(sql.replace(":", "\\:")))
