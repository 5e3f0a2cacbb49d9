"""Friends by the million, made by PostgreSQL: the same ones every time.

A friend a minute. Of ten, six are linked (by their number's last digit), nine follow
or did. Tag 1 is on half of them, tag 2 on 5 %, tag 3 on 0.01 %.
"""

# ruff: noqa: S608 - nobody's text is in these statements

from __future__ import annotations

from typing import Final

_NUMBERS: Final = "generate_series(1, cast(:friends AS integer)) n"
_WHEN: Final = "timestamptz '2026-11-23 12:00+00' - n * interval '1 minute'"
_METHOD: Final = """CASE WHEN n % 1000 = 1 THEN 'pin' WHEN n % 10 < 5 THEN 'import'
    WHEN n % 10 < 7 THEN 'qr_link' ELSE 'auto_link' END"""

FILL: Final = (
    "INSERT INTO merchants (name, webhook_key) VALUES ('Shop', 'key')",
    f"""INSERT INTO friends (merchant_id, line_user_id, following, following_since,
        name_sealed, name_folded, language, email_hash, signals_sealed, first_seen,
        updated_at)
    SELECT 1, 'U' || md5(n::text),
        CASE WHEN n % 10 = 0 THEN false WHEN n % 50 = 7 THEN NULL ELSE true END,
        CASE WHEN n % 50 = 7 THEN NULL ELSE {_WHEN} END,
        decode(repeat(md5(n::text), 3), 'hex'),
        (array['hana', 'kenta', 'aoi', 'meiling', 'somchai'])[1 + n % 5]
            || ' ' || substr(md5(n::text), 1, 6),
        'ja', CASE WHEN n % 3 = 0 THEN md5('email ' || n) END,
        CASE WHEN n % 3 = 0 THEN decode(repeat(md5(n::text), 4), 'hex') END,
        {_WHEN}, {_WHEN}
    FROM {_NUMBERS}""",
    f"""INSERT INTO links (merchant_id, line_user_id, profile_id, made_by, method,
        evidence, matched_by, since, suspended)
    SELECT 1, 'U' || md5(n::text), '01' || substr(md5('profile ' || n), 1, 24),
        'claim:' || n, {_METHOD}, 1, array['email'], {_WHEN}, n % 50000 = 1
    FROM {_NUMBERS} WHERE n % 5 < 3""",
    f"""INSERT INTO outcomes (merchant_id, claim_key, line_user_id, profile_id, method,
        setting, code, row, detail, numbers, evidence, claimed_at, since, email_hash)
    SELECT 1, 'claim:' || n, 'U' || md5(n::text),
        '01' || substr(md5('profile ' || n), 1, 24), {_METHOD}, 'setting ' || n % 20,
        CASE WHEN n % 5 < 3 THEN 'linked' WHEN n % 5000 = 4 THEN 'conflict_held'
            ELSE 'waiting_profile' END,
        CASE WHEN n % 5 < 3 THEN 28 WHEN n % 5000 = 4 THEN 31 ELSE 12 END, '', '{{}}',
        1, {_WHEN}, {_WHEN},
        CASE WHEN n % 10 >= 5 THEN md5('email ' || n) END
    FROM {_NUMBERS} WHERE n % 4 < 3""",
    """INSERT INTO tags (merchant_id, name, created_at)
    SELECT 1, 'Tag ' || n, now() FROM generate_series(1, 20) n""",
    *(
        f"""INSERT INTO friend_tags (merchant_id, tag_id, line_user_id)
        SELECT 1, {tag}, 'U' || md5(n::text) FROM {_NUMBERS} WHERE n % {share} = 0"""
        for tag, share in ((1, 2), (2, 20), (3, 10_000))
    ),
)
"""Statements with the parameter `friends`."""
