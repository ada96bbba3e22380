-- +goose Up

CREATE TABLE schema_info (
    one            INTEGER PRIMARY KEY DEFAULT 1 CHECK (one = 1),
    min_compatible INTEGER NOT NULL
) STRICT;
INSERT INTO schema_info (min_compatible) VALUES (1);

-- People.

CREATE TABLE offices (
    id          BLOB    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    url         TEXT    NOT NULL, -- of its web pages, no slash at the end
    mail_domain TEXT    NOT NULL, -- lower case
    mode        TEXT    NOT NULL CHECK (mode IN ('privacy', 'convenience')),
    grace       INTEGER NOT NULL, -- microseconds
    inbound     INTEGER NOT NULL,
    team_letters INTEGER NOT NULL, -- letters to a team's address start conversations
    created_at  INTEGER NOT NULL,
    CONSTRAINT offices_mail_domain UNIQUE (mail_domain)
) STRICT;

CREATE TABLE office_hosts (
    host      TEXT NOT NULL PRIMARY KEY, -- lower case, without port
    office_id BLOB NOT NULL REFERENCES offices
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    office_id BLOB    NOT NULL REFERENCES offices,
    id        BLOB    NOT NULL,
    name      TEXT    NOT NULL,
    category  TEXT    NOT NULL,
    strict    INTEGER NOT NULL,
    PRIMARY KEY (office_id, id)
) STRICT;

CREATE TABLE account_tags (
    office_id  BLOB NOT NULL,
    account_id BLOB NOT NULL,
    tag        TEXT NOT NULL,
    PRIMARY KEY (office_id, account_id, tag),
    FOREIGN KEY (office_id, account_id) REFERENCES accounts
) STRICT, WITHOUT ROWID;
CREATE INDEX account_tags_tag ON account_tags (office_id, tag);

CREATE TABLE users (
    office_id      BLOB    NOT NULL REFERENCES offices,
    id             BLOB    NOT NULL,
    role           TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'staff', 'client', 'client_staff', 'prospect')),
    name           TEXT    NOT NULL,
    email          TEXT    NOT NULL, -- as written
    email_folded   TEXT    NOT NULL, -- lower case
    account_id     BLOB,
    coordinator_id BLOB,
    active         INTEGER NOT NULL,
    may_message    INTEGER NOT NULL,
    bcc            INTEGER NOT NULL,
    strict         INTEGER NOT NULL,
    mail_zone      TEXT    NOT NULL DEFAULT '', -- when mail may go to them: IANA name; empty: UTC
    quiet_from     INTEGER NOT NULL DEFAULT 0,  -- minutes of the day; the same as quiet_until: no quiet hours
    quiet_until    INTEGER NOT NULL DEFAULT 0,
    digest_hours   INTEGER NOT NULL DEFAULT 0,  -- a bit for each
    signature      BLOB,             -- hash of one of signatures
    told_read      INTEGER,          -- since when mail tells them that a message of theirs was opened; NULL: it does not
    password       TEXT    NOT NULL,
    created_at     INTEGER NOT NULL,
    PRIMARY KEY (office_id, id),
    CONSTRAINT users_id UNIQUE (id),
    CONSTRAINT users_email UNIQUE (email_folded, office_id),
    FOREIGN KEY (office_id, account_id) REFERENCES accounts,
    FOREIGN KEY (office_id, coordinator_id) REFERENCES users
) STRICT;
CREATE INDEX users_name ON users (office_id, name, id);
CREATE INDEX users_account ON users (account_id);
CREATE INDEX users_told_read ON users (office_id, name, id) WHERE told_read IS NOT NULL;
CREATE INDEX users_owners ON users (office_id, created_at, id) WHERE role = 'owner' AND active;

-- The words that the directory finds a user by: those of the name and the address, lower case. Searched by prefix.
CREATE TABLE user_words (
    office_id BLOB NOT NULL,
    word      TEXT NOT NULL,
    user_id   BLOB NOT NULL,
    PRIMARY KEY (office_id, word, user_id),
    FOREIGN KEY (office_id, user_id) REFERENCES users
) STRICT, WITHOUT ROWID;
CREATE INDEX user_words_user ON user_words (office_id, user_id, word);

-- Where each user's stream stands. Locked, in the order of user_id, by whatever grows a stream or moves a badge.
CREATE TABLE streams (
    user_id    BLOB    NOT NULL PRIMARY KEY,
    office_id  BLOB    NOT NULL,
    epoch      INTEGER NOT NULL,
    head       INTEGER NOT NULL,
    badge      INTEGER NOT NULL, -- as the last event had it
    last_event INTEGER,          -- its seq, or what that was; in no backup, for events are in none
    FOREIGN KEY (office_id, user_id) REFERENCES users
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id         BLOB    NOT NULL PRIMARY KEY,
    office_id  BLOB    NOT NULL,
    user_id    BLOB    NOT NULL,
    token_hash BLOB    NOT NULL,
    agent      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER,
    CONSTRAINT sessions_token_hash UNIQUE (token_hash),
    FOREIGN KEY (office_id, user_id) REFERENCES users
) STRICT;
CREATE INDEX sessions_running ON sessions (office_id, user_id) WHERE ended_at IS NULL;

CREATE TABLE links (
    id         BLOB    NOT NULL PRIMARY KEY,
    office_id  BLOB    NOT NULL,
    user_id    BLOB    NOT NULL,
    kind       TEXT    NOT NULL,
    token_hash BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    CONSTRAINT links_token_hash UNIQUE (token_hash),
    FOREIGN KEY (office_id, user_id) REFERENCES users
) STRICT;

-- Conversations. Foreign keys lead to rows that the writing transaction has locked anyway.

CREATE TABLE conversations (
    office_id     BLOB    NOT NULL,
    id            BLOB    NOT NULL,
    kind          TEXT    NOT NULL CHECK (kind IN ('conversation', 'copy')),
    copy_of       BLOB,
    title         TEXT    NOT NULL,
    important     INTEGER NOT NULL,
    strict        INTEGER NOT NULL,
    started_by    BLOB    NOT NULL,
    started_at    INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('open', 'waiting', 'done')), -- how far staff are
    assignee_id   BLOB,             -- who answers
    last          INTEGER NOT NULL,
    newest        INTEGER NOT NULL,
    newest_public INTEGER NOT NULL,
    active_at     INTEGER,
    active_public INTEGER,
    hash          BLOB,
    unanswered_since INTEGER,       -- a contact waits since then
    copies        INTEGER NOT NULL DEFAULT 0, -- how many it has
    PRIMARY KEY (office_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_copies ON conversations (copy_of) WHERE copy_of IS NOT NULL;
-- What somebody has to answer. No message moves it.
CREATE INDEX conversations_assignee ON conversations (assignee_id) WHERE assignee_id IS NOT NULL AND state <> 'done';

CREATE TABLE participants (
    office_id       BLOB    NOT NULL,
    conversation_id BLOB    NOT NULL,
    user_id         BLOB    NOT NULL REFERENCES streams,
    ordinal         INTEGER NOT NULL, -- 0, 1, 2, ... in the order they joined
    cc              INTEGER NOT NULL,
    active          INTEGER NOT NULL,
    joined_at       INTEGER NOT NULL,
    left_at         INTEGER,
    left_title      TEXT    NOT NULL, -- the title as it was then
    last_read       INTEGER NOT NULL,
    opened          INTEGER NOT NULL,
    newest_other    INTEGER NOT NULL,
    newest          INTEGER NOT NULL,
    active_at       INTEGER NOT NULL,
    active_hour     INTEGER NOT NULL CHECK (active_hour = active_at - active_at % 3600000000),
    marked_unread   INTEGER NOT NULL,
    archived        INTEGER NOT NULL,
    deleted         INTEGER NOT NULL DEFAULT 0 CHECK (archived OR NOT deleted), -- out of the user's lists
    muted           INTEGER NOT NULL,
    unread          INTEGER NOT NULL CHECK (unread = (active AND (marked_unread OR newest_other > last_read))),
    beneath         INTEGER NOT NULL DEFAULT 0, -- a copy that staff see beneath its original, and in no list
    PRIMARY KEY (office_id, conversation_id, user_id),
    FOREIGN KEY (office_id, conversation_id) REFERENCES conversations
) STRICT, WITHOUT ROWID;
-- The badge, and a list. With all that is asked for the badge, which is counted with every message: a row of the table costs forty times one of the index.
CREATE INDEX participants_unread ON participants (user_id, muted, unread, archived) WHERE unread AND NOT archived;
-- The hour only: an index over what each message changes would be written with each message (decision 0006). SQLite writes an index whose
-- columns an UPDATE names, or generates from those it names, whatever their values; so active_hour and unread are no generated columns.
CREATE INDEX participants_list ON participants (user_id, active_hour DESC);

CREATE TABLE spans (
    office_id       BLOB    NOT NULL,
    conversation_id BLOB    NOT NULL,
    user_id         BLOB    NOT NULL,
    ordinal         INTEGER NOT NULL, -- 0, 1, 2, ... oldest first; two spans may well begin after the same position
    after           INTEGER NOT NULL,
    through         INTEGER NOT NULL,
    open            INTEGER NOT NULL,
    opened_at       INTEGER NOT NULL,
    PRIMARY KEY (office_id, conversation_id, user_id, ordinal),
    FOREIGN KEY (office_id, conversation_id, user_id) REFERENCES participants
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX spans_open ON spans (office_id, conversation_id, user_id) WHERE open;

-- Canned responses of staff.
CREATE TABLE templates (
    office_id  BLOB    NOT NULL,
    id         BLOB    NOT NULL,
    owner_id   BLOB,          -- NULL: shared by the office
    section    TEXT    NOT NULL CHECK (section IN ('clients', 'staff', 'general')),
    title      TEXT    NOT NULL,
    html       TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (office_id, id)
) STRICT;
CREATE INDEX templates_owner ON templates (office_id, owner_id, title, id);

-- What stands, or stood, below people's messages, by its content: never changed.
CREATE TABLE signatures (
    office_id BLOB NOT NULL,
    hash      BLOB NOT NULL,
    html      TEXT NOT NULL,
    text      TEXT NOT NULL,
    PRIMARY KEY (office_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    office_id       BLOB    NOT NULL,
    conversation_id BLOB    NOT NULL,
    position        INTEGER NOT NULL,
    id              BLOB    NOT NULL,
    kind            TEXT    NOT NULL,
    audience        TEXT    NOT NULL CHECK (audience IN ('all', 'staff')),
    author_id       BLOB,
    via             TEXT    NOT NULL,
    html            TEXT    NOT NULL,
    text            TEXT    NOT NULL,
    important       INTEGER NOT NULL,
    client_key      TEXT    NOT NULL, -- empty: none
    sent            BLOB,
    letter_id       BLOB,
    folded          INTEGER NOT NULL,
    secure          INTEGER NOT NULL,
    happening       TEXT    NOT NULL,
    subjects        TEXT    NOT NULL, -- JSON array of ids: whom an event is about, whom a message mentions
    signature       BLOB,             -- hash of one of signatures
    received_at     INTEGER,          -- of a letter that waited in quarantine
    at              INTEGER NOT NULL,
    hash            BLOB    NOT NULL,
    undo_until      INTEGER,          -- its author may undo it so long
    surfaced        TEXT    NOT NULL DEFAULT '', -- JSON: what it brought back into view, for its undo to put away again; empty: nothing
    withdrawn       TEXT    NOT NULL DEFAULT '', -- undone, retracted; empty: it stands
    withdrawn_by    BLOB,
    withdrawn_at    INTEGER,
    CONSTRAINT messages_position PRIMARY KEY (office_id, conversation_id, position),
    CONSTRAINT messages_id UNIQUE (id),
    FOREIGN KEY (office_id, conversation_id) REFERENCES conversations
) STRICT;
-- The key first: a client's keys begin with the time, so those of all authors are added side by side.
CREATE UNIQUE INDEX messages_key ON messages (client_key, author_id) WHERE client_key <> '';
-- What people answered by mail, to be told beside the mails that they answered.
CREATE INDEX messages_letters ON messages (office_id, conversation_id, position) WHERE via = 'letter';
-- What was taken back since a mail was made that may tell of it.
CREATE INDEX messages_withdrawn ON messages (office_id, conversation_id, withdrawn_at) WHERE withdrawn <> '';

CREATE TABLE attachments (
    office_id       BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    owner_id        BLOB    NOT NULL,
    conversation_id BLOB,
    message_id      BLOB,
    position        INTEGER NOT NULL,
    ordinal         INTEGER NOT NULL, -- within the message: the record hash covers the order
    audience        TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    type            TEXT    NOT NULL,
    size            INTEGER NOT NULL,
    inline          TEXT    NOT NULL,
    hash            BLOB    NOT NULL,
    width           INTEGER NOT NULL, -- pixels of an image that can be shown, upright; 0: none
    height          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    scanned_at      INTEGER,          -- when the virus scanner saw it last
    scanned_by      TEXT    NOT NULL DEFAULT '', -- the signatures it went by
    found           TEXT    NOT NULL DEFAULT '', -- what it found: the file is blocked
    PRIMARY KEY (id)
) STRICT;
CREATE INDEX attachments_message ON attachments (office_id, conversation_id, position, ordinal) WHERE conversation_id IS NOT NULL;
CREATE INDEX attachments_waiting ON attachments (created_at) WHERE conversation_id IS NULL;
CREATE INDEX attachments_hash ON attachments (hash); -- whether a file is still used

-- What is being written and was not sent: its author's alone. The id is of the author's choice.
CREATE TABLE drafts (
    office_id       BLOB        NOT NULL,
    author_id       BLOB        NOT NULL REFERENCES streams,
    id              BLOB        NOT NULL,
    version         INTEGER     NOT NULL,
    conversation_id BLOB,                 -- NULL: not yet started
    recipients      TEXT        NOT NULL, -- JSON array of ids
    besides         TEXT        NOT NULL, -- the same, of those in CC
    audience        TEXT        NOT NULL,
    title           TEXT        NOT NULL,
    important       INTEGER     NOT NULL,
    note            INTEGER     NOT NULL,
    unsigned        INTEGER     NOT NULL,
    secure          INTEGER     NOT NULL,
    bcc             INTEGER,              -- NULL: as the profile has it
    html            TEXT        NOT NULL,
    preview         TEXT        NOT NULL,
    saved_at        INTEGER     NOT NULL,
    gone            INTEGER     NOT NULL, -- sent or discarded, and empty: a late save must not bring it back
    PRIMARY KEY (office_id, author_id, id)
) STRICT;
CREATE INDEX drafts_saved ON drafts (gone, saved_at);

-- The uploads that wait in drafts, and so are not dropped.
CREATE TABLE draft_files (
    office_id     BLOB    NOT NULL,
    author_id     BLOB    NOT NULL,
    draft_id      BLOB    NOT NULL,
    ordinal       INTEGER NOT NULL,
    attachment_id BLOB    NOT NULL REFERENCES attachments,
    PRIMARY KEY (office_id, author_id, draft_id, ordinal),
    FOREIGN KEY (office_id, author_id, draft_id) REFERENCES drafts
) STRICT;
CREATE INDEX draft_files_attachment ON draft_files (attachment_id);

-- Which message of an original stands where in a copy of it (F5).
CREATE TABLE copied (
    office_id       BLOB   NOT NULL,
    conversation_id BLOB   NOT NULL, -- the copy
    position        INTEGER NOT NULL,
    message_id      BLOB   NOT NULL, -- of the original
    PRIMARY KEY (conversation_id, position),
    FOREIGN KEY (office_id, conversation_id) REFERENCES conversations
) STRICT, WITHOUT ROWID;

-- Teams and circles.

CREATE TABLE rosters (
    id        BLOB   NOT NULL PRIMARY KEY,
    office_id BLOB   NOT NULL REFERENCES offices,
    kind      TEXT   NOT NULL CHECK (kind IN ('team', 'circle')),
    name      TEXT   NOT NULL,
    folded    TEXT   NOT NULL, -- the name, as names are compared
    address   TEXT   NOT NULL DEFAULT '' -- local part of its mail address, lower case; empty: none
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX rosters_name ON rosters (office_id, folded);
CREATE UNIQUE INDEX rosters_address ON rosters (office_id, address) WHERE address <> '';

CREATE TABLE roster_members (
    roster_id BLOB   NOT NULL REFERENCES rosters,
    user_id   BLOB   NOT NULL REFERENCES streams,
    PRIMARY KEY (roster_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts (
    office_id       BLOB    NOT NULL,
    conversation_id BLOB    NOT NULL,
    reader_id       BLOB    NOT NULL,
    after           INTEGER NOT NULL,
    through         INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (office_id, conversation_id, reader_id, after),
    FOREIGN KEY (office_id, conversation_id, reader_id) REFERENCES participants
) STRICT, WITHOUT ROWID;

-- Streams hold references, never bodies. Here their events lie as they came, each with where its stream's one before it is (store/query,
-- chain.go). A number is given once because the one writer counts on from the stream's head; the index sees to every 32nd.
CREATE TABLE events (
    seq             INTEGER PRIMARY KEY,
    user_id         BLOB    NOT NULL,
    number          INTEGER NOT NULL,
    badge           INTEGER NOT NULL,
    type            TEXT    NOT NULL,
    conversation_id BLOB,
    position        INTEGER NOT NULL,
    subject_id      BLOB,
    at              INTEGER NOT NULL,
    before          INTEGER NOT NULL -- the seq of the stream's event before it, or what that was
) STRICT;
CREATE UNIQUE INDEX events_mark ON events (user_id, number) WHERE number % 32 = 1;

-- Mail.

CREATE TABLE notices (
    office_id       BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    kind            TEXT    NOT NULL,
    conversation_id BLOB    NOT NULL,
    message_id      BLOB,             -- NULL: of what was opened from the position on
    position        INTEGER NOT NULL,
    recipient_id    BLOB    NOT NULL,
    due_at          INTEGER NOT NULL,
    state           TEXT    NOT NULL, -- held (a copy), due, dropped, suppressed, mailed
    token           BLOB,             -- the claim's fence
    until           INTEGER,          -- the claim's lease
    mail_id         BLOB,
    settled_at      INTEGER,          -- no longer held or due since
    kept_back       INTEGER NOT NULL DEFAULT FALSE, -- until its recipient wants mail; or a digest carries it
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_due ON notices (due_at, id) WHERE state = 'due'; -- all in the order that is claimed, since many may be due at once
-- A message, by its place, is owed to a recipient once. A settled notice cannot come again: notices are made with their message. The place
-- comes first, so that what a message adds for all who are owed it is side by side; a recipient's are looked for among their conversation's.
CREATE UNIQUE INDEX notices_owed ON notices (conversation_id, position, recipient_id, kind) WHERE state = 'due';
CREATE INDEX notices_held ON notices (conversation_id, position) WHERE state = 'held';
CREATE INDEX notices_settled ON notices (conversation_id, position) WHERE settled_at IS NOT NULL;
CREATE INDEX notices_kept ON notices (recipient_id, conversation_id) WHERE state = 'due' AND kept_back;
CREATE INDEX notices_mail ON notices (mail_id) WHERE mail_id IS NOT NULL;

CREATE TABLE reply_addresses (
    reply           INTEGER PRIMARY KEY,
    office_id       BLOB    NOT NULL,
    conversation_id BLOB    NOT NULL,
    user_id         BLOB    NOT NULL,
    generation      INTEGER NOT NULL,
    mailed          INTEGER NOT NULL,
    CONSTRAINT reply_addresses_seat UNIQUE (office_id, conversation_id, user_id),
    FOREIGN KEY (office_id, conversation_id, user_id) REFERENCES participants
) STRICT;

CREATE TABLE aliases (
    office_id BLOB    NOT NULL,
    address   TEXT    NOT NULL, -- in lower case
    user_id   BLOB    NOT NULL,
    added_by  BLOB    NOT NULL,
    added_at  INTEGER NOT NULL,
    PRIMARY KEY (office_id, user_id, address),
    CONSTRAINT aliases_address UNIQUE (office_id, address),
    FOREIGN KEY (office_id, user_id) REFERENCES users
) STRICT, WITHOUT ROWID;

CREATE TABLE trusted_signers (
    office_id BLOB    NOT NULL,
    user_id   BLOB    NOT NULL,
    domain    TEXT    NOT NULL,
    added_by  BLOB    NOT NULL,
    added_at  INTEGER NOT NULL,
    PRIMARY KEY (office_id, user_id, domain),
    FOREIGN KEY (office_id, user_id) REFERENCES users
) STRICT, WITHOUT ROWID;

CREATE TABLE letters (
    office_id       BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    reply           INTEGER NOT NULL,
    conversation_id BLOB,
    participant_id  BLOB,
    once            BLOB    NOT NULL,
    message_id      TEXT    NOT NULL,
    from_address    TEXT    NOT NULL,
    envelope_from   TEXT    NOT NULL,
    peer            TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    class           TEXT    NOT NULL,
    auth            TEXT    NOT NULL, -- what was found out about its author
    signers         TEXT    NOT NULL, -- domains whose signatures hold, with blanks between
    fate            TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    entry_id        BLOB,
    raw             BLOB,             -- hash of the blob; NULL: the letter is in content
    size            INTEGER NOT NULL,
    folded          TEXT    NOT NULL,
    received_at     INTEGER NOT NULL,
    decision        TEXT    NOT NULL DEFAULT '', -- of quarantine: accepted, aliased, trusted, proven, rejected; empty: none yet
    trusted         TEXT    NOT NULL DEFAULT '', -- the domain, with trusted
    decided_by      BLOB,
    decided_at      INTEGER,
    content         BLOB, -- the letter as it came, when it is short; last, so that nothing is read past it
    PRIMARY KEY (id),
    CONSTRAINT letters_once UNIQUE (once)
) STRICT;
CREATE INDEX letters_received ON letters (office_id, received_at);
CREATE INDEX letters_raw ON letters (raw) WHERE raw IS NOT NULL;
CREATE INDEX letters_to_teams ON letters (office_id, participant_id, message_id) WHERE reply = 0 AND fate = 'posted';

CREATE TABLE mails (
    office_id       BLOB    NOT NULL,
    id              BLOB    NOT NULL,
    kind            TEXT    NOT NULL,
    recipient_id    BLOB    NOT NULL,
    conversation_id BLOB,
    newest          INTEGER NOT NULL,
    quoted          INTEGER NOT NULL, -- oldest of the earlier messages folded under, or that a read mail tells of; 0: none
    from_address    TEXT    NOT NULL,
    to_address      TEXT    NOT NULL,
    message_id      TEXT    NOT NULL,
    subject         TEXT    NOT NULL, -- empty where the mode lets no title out
    mode            TEXT    NOT NULL,
    state           TEXT    NOT NULL, -- sending, waiting, accepted, failed
    attempts        INTEGER NOT NULL,
    doubled         INTEGER NOT NULL,
    next_try        INTEGER,
    token           BLOB,
    until           INTEGER,
    queue_id        TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    again_id        BLOB,             -- the mail that it is another attempt of
    settled_at      INTEGER,          -- when the last attempt ended
    report          TEXT    NOT NULL, -- what came back for it: delivered, delayed, failed, complained; empty: nothing
    report_reason   TEXT    NOT NULL,
    reported_at     INTEGER,
    enclosed        BLOB    NOT NULL DEFAULT x'', -- files that belong into raw, and where
    raw             BLOB    NOT NULL, -- last, so that nothing is read past it
    PRIMARY KEY (id),
    CONSTRAINT mails_message_id UNIQUE (message_id),
    FOREIGN KEY (office_id, recipient_id) REFERENCES users
) STRICT;
CREATE INDEX mails_waiting ON mails (next_try, id) WHERE state = 'waiting';
CREATE INDEX mails_sending ON mails (until, id) WHERE state = 'sending';
CREATE INDEX mails_recipient ON mails (office_id, recipient_id, conversation_id, created_at DESC);

CREATE TABLE suppressions (
    office_id BLOB    NOT NULL,
    address   TEXT    NOT NULL, -- in lower case
    id        BLOB    NOT NULL,
    user_id   BLOB    NOT NULL,
    cause     TEXT    NOT NULL, -- bounce, complaint
    reason    TEXT    NOT NULL,
    mail_id   BLOB    NOT NULL, -- that showed it
    at        INTEGER NOT NULL,
    PRIMARY KEY (office_id, address),
    CONSTRAINT suppressions_id UNIQUE (office_id, id),
    FOREIGN KEY (office_id, user_id) REFERENCES users
) STRICT, WITHOUT ROWID;
CREATE INDEX suppressions_at ON suppressions (office_id, at DESC, id DESC);

CREATE TABLE ledger (
    id            BLOB    NOT NULL PRIMARY KEY,
    office_id     BLOB,
    at            INTEGER NOT NULL,
    direction     TEXT    NOT NULL, -- in, out
    peer          TEXT    NOT NULL,
    envelope_from TEXT    NOT NULL,
    envelope_to   TEXT    NOT NULL,
    code          INTEGER NOT NULL,
    enhanced      TEXT    NOT NULL,
    fate          TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    letter_id     BLOB,
    mail_id       BLOB,
    size          INTEGER NOT NULL,
    -- the other side's address
    correspondent TEXT    NOT NULL GENERATED ALWAYS AS (lower(CASE direction WHEN 'in' THEN envelope_from ELSE envelope_to END)) VIRTUAL
) STRICT;
-- Every row has a size: the condition is there so that this index is not walked where a fate is asked for, which has one of its own.
CREATE INDEX ledger_direction ON ledger (office_id, direction, at DESC, id DESC) WHERE size >= 0;
CREATE INDEX ledger_fate ON ledger (office_id, direction, fate, at DESC, id DESC);
CREATE INDEX ledger_correspondent ON ledger (office_id, correspondent);
CREATE INDEX ledger_at ON ledger (at DESC, id DESC);

CREATE TABLE audit (
    office_id BLOB    NOT NULL,
    id        BLOB    NOT NULL,
    at        INTEGER NOT NULL,
    actor_id  BLOB,
    act       TEXT    NOT NULL,
    object_id BLOB,
    detail    TEXT    NOT NULL,
    PRIMARY KEY (office_id, id)
) STRICT;
CREATE INDEX audit_at ON audit (office_id, at DESC, id DESC);

-- The search's index (decision 0012): what was written lately, word for word, and sealed segments (package store/segment) of all before. It is made of
-- the messages, and made anew from them when it is lost.

CREATE TABLE search_tail (
    office_id       BLOB        NOT NULL,
    message_id      BLOB        NOT NULL,
    conversation_id BLOB        NOT NULL,
    position        INTEGER      NOT NULL,
    at              INTEGER NOT NULL,
    words           TEXT        NOT NULL,
    PRIMARY KEY (office_id, message_id)
) STRICT;

CREATE TABLE search_segments (
    office_id     BLOB        NOT NULL,
    id            BLOB        NOT NULL,
    entries       INTEGER     NOT NULL,
    first_at      INTEGER NOT NULL,
    last_at       INTEGER NOT NULL,
    PRIMARY KEY (office_id, id)
) STRICT;

CREATE TABLE search_blocks (
    segment_id BLOB  NOT NULL,
    first_word TEXT  NOT NULL,
    data       BLOB NOT NULL,
    PRIMARY KEY (segment_id, first_word)
) STRICT;

-- Where a segment's entries are, some at a time.
CREATE TABLE search_places (
    segment_id BLOB    NOT NULL,
    first      INTEGER NOT NULL, -- ordinal of the first of them
    data       BLOB    NOT NULL,
    PRIMARY KEY (segment_id, first)
) STRICT;

-- Messages that are still to be put into the tail, by their ids: all, after a restore. No row: none.
CREATE TABLE search_refill (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    after   BLOB    NOT NULL,
    through BLOB    NOT NULL
) STRICT;

-- What some node is to do now and then.
CREATE TABLE chores (
    name   TEXT    NOT NULL PRIMARY KEY,
    due_at INTEGER NOT NULL -- the next time
) STRICT, WITHOUT ROWID;
