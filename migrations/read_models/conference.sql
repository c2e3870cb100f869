-- Conferences and their seat types, as registrants and organizers read them.
CREATE TABLE rm_conference (
    conference_id BLOB PRIMARY KEY,
    slug TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    location TEXT NOT NULL,
    tagline TEXT,
    start_date TEXT NOT NULL,
    end_date TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    currency TEXT NOT NULL,
    is_published INTEGER NOT NULL,
    was_ever_published INTEGER NOT NULL,
    redirect_url TEXT,
    invoice_days INTEGER,
    access_code TEXT NOT NULL,
    owner_id BLOB NOT NULL,
    owner_name TEXT,
    owner_email TEXT,
    owner_email_key TEXT
) STRICT, WITHOUT ROWID;

-- GetConference by slug.
CREATE UNIQUE INDEX rm_conference_by_slug ON rm_conference (slug);
