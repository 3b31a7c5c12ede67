-- The CRM file that triage-milter reads: SQLite, opened read-only, one company and its surroundings
-- in 23 microseconds.
--
--     sqlite3 crm.db < crm-schema.sql
--
-- `triagectl crm import` builds it from CSV files whose columns have these names.  Whoever fills it
-- otherwise builds a new file beside it, in order of the primary keys (that is what makes it fast),
-- and renames it over the old one; the milter notices.
--
-- Moments are seconds since 1970 in UTC (CSV: ISO 8601).  Texts are UTF-8.  Addresses and domains
-- are in lower case, domains in their ASCII form (xn--).  NULL means unknown.

-- The version of this schema; the milter refuses others.
PRAGMA user_version = 1;

-- A customer, or a prospect.
CREATE TABLE company (
    id       TEXT NOT NULL PRIMARY KEY, -- the CRM's own: letters, digits, '.', '_', '-'
    name     TEXT NOT NULL,
    industry TEXT,
    size     INTEGER,                   -- employees
    tier     TEXT,                      -- one of the `tiers` of the configuration
    owner    TEXT,                      -- the account's owner: a name or an address
    summary  TEXT,                      -- who they are, in a sentence or two
    health   REAL,                      -- 0 (leaving) to 100 (happy)
    updated  INTEGER                    -- when the CRM last wrote this row
) STRICT, WITHOUT ROWID;

-- A person.  An address with several companies is ambiguous and opens none of them.
CREATE TABLE contact (
    email      TEXT NOT NULL COLLATE NOCASE,
    company_id TEXT NOT NULL REFERENCES company (id),
    name       TEXT,
    title      TEXT,                    -- what they are there: Head of IT
    PRIMARY KEY (email, company_id)
) STRICT, WITHOUT ROWID;

-- A domain whose every address belongs to the company; subdomains are named one by one.  Freemail
-- domains are never looked up.
CREATE TABLE company_domain (
    domain     TEXT NOT NULL COLLATE NOCASE,
    company_id TEXT NOT NULL REFERENCES company (id),
    PRIMARY KEY (domain, company_id)
) STRICT, WITHOUT ROWID;

-- What happened between them and us.  What the milter itself has to tell (mail, and what was answered)
-- it writes into a table of the same columns in a file of its own beside this one, NAME.timeline, and
-- lookups see both.  Whoever takes those rows over into the CRM finds them by their `id`.
CREATE TABLE interaction (
    company_id TEXT NOT NULL REFERENCES company (id),
    at         INTEGER NOT NULL,
    id         TEXT NOT NULL,
    type       TEXT NOT NULL,           -- email, call, meeting, chat, …; 'escalation' is counted as one
    category   TEXT,                    -- technical, billing, …
    summary    TEXT,                    -- what it was about, in a sentence
    contact    TEXT,                    -- with whom: an address
    sentiment  REAL,                    -- -1 (angry) to 1 (delighted)
    PRIMARY KEY (company_id, at, id)
) STRICT, WITHOUT ROWID;

-- A known problem of theirs.
CREATE TABLE issue (
    company_id TEXT NOT NULL REFERENCES company (id),
    id         TEXT NOT NULL,
    title      TEXT NOT NULL,
    severity   INTEGER NOT NULL,        -- 1 low, 2 medium, 3 high, 4 critical (CSV: the word)
    status     TEXT NOT NULL,           -- open, waiting, closed
    opened     INTEGER NOT NULL,
    PRIMARY KEY (company_id, id)
) STRICT, WITHOUT ROWID;

-- The worst open ones first.
CREATE INDEX issue_open ON issue (company_id, severity DESC, opened) WHERE status <> 'closed';

-- What they paid; all in one currency.  Refunds are negative.
CREATE TABLE payment (
    company_id TEXT NOT NULL REFERENCES company (id),
    at         INTEGER NOT NULL,
    id         TEXT NOT NULL,
    amount     REAL NOT NULL,
    PRIMARY KEY (company_id, at, id)
) STRICT, WITHOUT ROWID;

-- A possible sale; the newest of a company counts.
CREATE TABLE lead (
    company_id TEXT NOT NULL REFERENCES company (id),
    created    INTEGER NOT NULL,
    id         TEXT NOT NULL,
    source     TEXT,                    -- webinar, fair, referral, …
    stage      TEXT,                    -- new, qualified, proposal, negotiation, …
    budget     REAL,                    -- in the currency of the payments
    PRIMARY KEY (company_id, created, id)
) STRICT, WITHOUT ROWID;

-- How they use a product.
CREATE TABLE usage (
    company_id TEXT NOT NULL REFERENCES company (id),
    product    TEXT NOT NULL,
    detail     TEXT NOT NULL,           -- 12400 calls a day, plan allows 20000
    PRIMARY KEY (company_id, product)
) STRICT, WITHOUT ROWID;
