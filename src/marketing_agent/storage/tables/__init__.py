"""Every table of ours, as SQLAlchemy Core objects. All keys start with the merchant.

Times are `timestamptz`, aware UTC. `*_hash` columns hold keyed hashes for matching,
`*_sealed` columns hold ciphertext that can be erased. Facts are append-only; links and
outcomes are derived from them and can be computed again at any time.
"""

from marketing_agent.storage.tables.accounts import (
    blocked_values,
    klaviyo_accounts,
    leases,
    limit_windows,
    line_accounts,
    merchants,
)
from marketing_agent.storage.tables.columns import metadata
from marketing_agent.storage.tables.conversation import (
    approval_requests,
    approvals,
    card_answers,
    changes,
    invitations,
    run_events,
    runs,
    threads,
    token_use,
)
from marketing_agent.storage.tables.linkage import (
    audit,
    facts,
    links,
    outcomes,
    waiting_claims,
)
from marketing_agent.storage.tables.methods import (
    form_linkages,
    import_runs,
    imports,
    qr_links,
    sightings,
)
from marketing_agent.storage.tables.people import (
    coverage_days,
    erased_people,
    friend_tags,
    friends,
    login_tokens,
    profiles,
    segments,
    tags,
)
from marketing_agent.storage.tables.traffic import (
    bulk_jobs,
    inbox,
    outbox,
    ticket_marks,
)

__all__ = [
    "approval_requests",
    "approvals",
    "audit",
    "blocked_values",
    "bulk_jobs",
    "card_answers",
    "changes",
    "coverage_days",
    "erased_people",
    "facts",
    "form_linkages",
    "friend_tags",
    "friends",
    "import_runs",
    "imports",
    "inbox",
    "invitations",
    "klaviyo_accounts",
    "leases",
    "limit_windows",
    "line_accounts",
    "links",
    "login_tokens",
    "merchants",
    "metadata",
    "outbox",
    "outcomes",
    "profiles",
    "qr_links",
    "run_events",
    "runs",
    "segments",
    "sightings",
    "tags",
    "threads",
    "ticket_marks",
    "token_use",
    "waiting_claims",
]
