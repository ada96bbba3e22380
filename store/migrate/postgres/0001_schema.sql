-- +goose Up

CREATE TABLE schema_info (
    one            boolean PRIMARY KEY DEFAULT true CHECK (one),
    min_compatible bigint  NOT NULL
);
INSERT INTO schema_info (min_compatible) VALUES (1);

-- People.

CREATE TABLE offices (
    id          uuid        PRIMARY KEY,
    name        text        NOT NULL,
    url         text        NOT NULL, -- of its web pages, no slash at the end
    mail_domain text        NOT NULL, -- lower case
    mode        text        NOT NULL CHECK (mode IN ('privacy', 'convenience')),
    grace       bigint      NOT NULL, -- microseconds
    inbound     boolean     NOT NULL,
    team_letters boolean    NOT NULL, -- letters to a team's address start conversations
    created_at  timestamptz NOT NULL,
    CONSTRAINT offices_mail_domain UNIQUE (mail_domain)
);

CREATE TABLE office_hosts (
    host      text PRIMARY KEY, -- lower case, without port
    office_id uuid NOT NULL REFERENCES offices
);

CREATE TABLE accounts (
    office_id uuid    NOT NULL REFERENCES offices,
    id        uuid    NOT NULL,
    name      text    NOT NULL,
    category  text    NOT NULL,
    strict    boolean NOT NULL,
    PRIMARY KEY (office_id, id)
);

CREATE TABLE account_tags (
    office_id  uuid NOT NULL,
    account_id uuid NOT NULL,
    tag        text NOT NULL COLLATE "C",
    PRIMARY KEY (office_id, account_id, tag),
    FOREIGN KEY (office_id, account_id) REFERENCES accounts
);
CREATE INDEX account_tags_tag ON account_tags (office_id, tag);

CREATE TABLE users (
    office_id      uuid        NOT NULL REFERENCES offices,
    id             uuid        NOT NULL,
    role           text        NOT NULL CHECK (role IN ('owner', 'admin', 'staff', 'client', 'client_staff', 'prospect')),
    name           text        NOT NULL COLLATE "C",
    email          text        NOT NULL, -- as written
    email_folded   text        NOT NULL, -- lower case
    account_id     uuid,
    coordinator_id uuid,
    active         boolean     NOT NULL,
    may_message    boolean     NOT NULL,
    bcc            boolean     NOT NULL,
    strict         boolean     NOT NULL,
    mail_zone      text        NOT NULL DEFAULT '', -- when mail may go to them: IANA name; empty: UTC
    quiet_from     integer     NOT NULL DEFAULT 0,  -- minutes of the day; the same as quiet_until: no quiet hours
    quiet_until    integer     NOT NULL DEFAULT 0,
    digest_hours   integer     NOT NULL DEFAULT 0,  -- a bit for each
    signature      bytea,                -- hash of one of signatures
    told_read      timestamptz,          -- since when mail tells them that a message of theirs was opened; NULL: it does not
    password       text        NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (office_id, id),
    CONSTRAINT users_id UNIQUE (id),
    CONSTRAINT users_email UNIQUE (email_folded, office_id),
    FOREIGN KEY (office_id, account_id) REFERENCES accounts,
    FOREIGN KEY (office_id, coordinator_id) REFERENCES users
);
CREATE INDEX users_name ON users (office_id, name, id);
CREATE INDEX users_account ON users (account_id);
CREATE INDEX users_told_read ON users (office_id, name, id) WHERE told_read IS NOT NULL;
CREATE INDEX users_owners ON users (office_id, created_at, id) WHERE role = 'owner' AND active;

-- The words that the directory finds a user by: those of the name and the address, lower case. Searched by prefix.
CREATE TABLE user_words (
    office_id uuid NOT NULL,
    word      text NOT NULL COLLATE "C",
    user_id   uuid NOT NULL,
    PRIMARY KEY (office_id, word, user_id),
    FOREIGN KEY (office_id, user_id) REFERENCES users
);
CREATE INDEX user_words_user ON user_words (office_id, user_id, word);

-- Where each user's stream stands. Locked, in the order of user_id, by whatever grows a stream or moves a badge.
CREATE TABLE streams (
    user_id   uuid    PRIMARY KEY,
    office_id uuid    NOT NULL,
    epoch     bigint  NOT NULL,
    head      bigint  NOT NULL,
    badge     integer NOT NULL, -- as the last event had it
    FOREIGN KEY (office_id, user_id) REFERENCES users
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

CREATE TABLE sessions (
    id         uuid        PRIMARY KEY,
    office_id  uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    token_hash bytea       NOT NULL,
    agent      text        NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT sessions_token_hash UNIQUE (token_hash),
    FOREIGN KEY (office_id, user_id) REFERENCES users
);
CREATE INDEX sessions_running ON sessions (office_id, user_id) WHERE ended_at IS NULL;

CREATE TABLE links (
    id         uuid        PRIMARY KEY,
    office_id  uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    kind       text        NOT NULL,
    token_hash bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    CONSTRAINT links_token_hash UNIQUE (token_hash),
    FOREIGN KEY (office_id, user_id) REFERENCES users
);

-- Conversations. Foreign keys lead to rows that the writing transaction has locked anyway.

CREATE TABLE conversations (
    office_id     uuid        NOT NULL,
    id            uuid        NOT NULL,
    kind          text        NOT NULL CHECK (kind IN ('conversation', 'copy')),
    copy_of       uuid,
    title         text        NOT NULL,
    important     boolean     NOT NULL,
    strict        boolean     NOT NULL,
    started_by    uuid        NOT NULL,
    started_at    timestamptz NOT NULL,
    state         text        NOT NULL CHECK (state IN ('open', 'waiting', 'done')), -- how far staff are
    assignee_id   uuid,                 -- who answers
    last          bigint      NOT NULL,
    newest        bigint      NOT NULL,
    newest_public bigint      NOT NULL,
    active_at     timestamptz,
    active_public timestamptz,
    hash          bytea,
    unanswered_since timestamptz,       -- a contact waits since then
    copies        integer     NOT NULL DEFAULT 0, -- how many it has
    PRIMARY KEY (office_id, id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX conversations_copies ON conversations (copy_of) WHERE copy_of IS NOT NULL;
-- What somebody has to answer. No message moves it.
CREATE INDEX conversations_assignee ON conversations (assignee_id) WHERE assignee_id IS NOT NULL AND state <> 'done';

CREATE TABLE participants (
    office_id       uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    user_id         uuid        NOT NULL REFERENCES streams,
    ordinal         integer     NOT NULL, -- 0, 1, 2, ... in the order they joined
    cc              boolean     NOT NULL,
    active          boolean     NOT NULL,
    joined_at       timestamptz NOT NULL,
    left_at         timestamptz,
    left_title      text        NOT NULL, -- the title as it was then
    last_read       bigint      NOT NULL,
    opened          bigint      NOT NULL,
    newest_other    bigint      NOT NULL,
    newest          bigint      NOT NULL,
    active_at       timestamptz NOT NULL,
    active_hour     timestamptz NOT NULL GENERATED ALWAYS AS (date_bin('1 hour', active_at, '1970-01-01 00:00Z')) STORED,
    marked_unread   boolean     NOT NULL,
    archived        boolean     NOT NULL,
    deleted         boolean     NOT NULL DEFAULT false CHECK (archived OR NOT deleted), -- out of the user's lists
    muted           boolean     NOT NULL,
    unread          boolean     NOT NULL GENERATED ALWAYS AS (active AND (marked_unread OR newest_other > last_read)) STORED,
    beneath         boolean     NOT NULL DEFAULT false, -- a copy that staff see beneath its original, and in no list
    PRIMARY KEY (office_id, conversation_id, user_id),
    FOREIGN KEY (office_id, conversation_id) REFERENCES conversations
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
-- The badge, and a list. By an expression, so that nothing else serves what it is for, and that there are statistics of it.
CREATE INDEX participants_unread ON participants ((CASE WHEN unread AND NOT archived THEN user_id END), muted) WHERE unread AND NOT archived;
-- The hour only: an index over what each message changes would take every update of the table out of its page (decision 0006).
CREATE INDEX participants_list ON participants (user_id, active_hour DESC);

CREATE TABLE spans (
    office_id       uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    user_id         uuid        NOT NULL,
    ordinal         integer     NOT NULL, -- 0, 1, 2, ... oldest first; two spans may well begin after the same position
    after           bigint      NOT NULL,
    through         bigint      NOT NULL,
    open            boolean     NOT NULL,
    opened_at       timestamptz NOT NULL,
    PRIMARY KEY (office_id, conversation_id, user_id, ordinal),
    FOREIGN KEY (office_id, conversation_id, user_id) REFERENCES participants
);
CREATE UNIQUE INDEX spans_open ON spans (office_id, conversation_id, user_id) WHERE open;

-- Canned responses of staff.
CREATE TABLE templates (
    office_id  uuid        NOT NULL,
    id         uuid        NOT NULL,
    owner_id   uuid,          -- NULL: shared by the office
    section    text        NOT NULL CHECK (section IN ('clients', 'staff', 'general')),
    title      text        NOT NULL COLLATE "C",
    html       text        NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (office_id, id)
);
CREATE INDEX templates_owner ON templates (office_id, owner_id, title, id);

-- What stands, or stood, below people's messages, by its content: never changed.
CREATE TABLE signatures (
    office_id uuid  NOT NULL,
    hash      bytea NOT NULL,
    html      text  NOT NULL,
    text      text  NOT NULL,
    PRIMARY KEY (office_id, hash)
);

CREATE TABLE messages (
    office_id       uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    position        bigint      NOT NULL,
    id              uuid        NOT NULL,
    kind            text        NOT NULL,
    audience        text        NOT NULL CHECK (audience IN ('all', 'staff')),
    author_id       uuid,
    via             text        NOT NULL,
    html            text        NOT NULL,
    text            text        NOT NULL,
    important       boolean     NOT NULL,
    client_key      text        NOT NULL COLLATE "C", -- empty: none
    sent            bytea,
    letter_id       uuid,
    folded          boolean     NOT NULL,
    secure          boolean     NOT NULL,
    happening       text        NOT NULL,
    subjects        text        NOT NULL, -- JSON array of ids: whom an event is about, whom a message mentions
    signature       bytea,                -- hash of one of signatures
    received_at     timestamptz, -- of a letter that waited in quarantine
    at              timestamptz NOT NULL,
    hash            bytea       NOT NULL,
    undo_until      timestamptz,          -- its author may undo it so long
    surfaced        text        NOT NULL DEFAULT '', -- JSON: what it brought back into view, for its undo to put away again; empty: nothing
    withdrawn       text        NOT NULL DEFAULT '', -- undone, retracted; empty: it stands
    withdrawn_by    uuid,
    withdrawn_at    timestamptz,
    CONSTRAINT messages_position PRIMARY KEY (office_id, conversation_id, position),
    CONSTRAINT messages_id UNIQUE (id),
    FOREIGN KEY (office_id, conversation_id) REFERENCES conversations
);
CREATE UNIQUE INDEX messages_key ON messages (author_id, client_key) WHERE client_key <> '';
-- What people answered by mail, to be told beside the mails that they answered.
CREATE INDEX messages_letters ON messages (office_id, conversation_id, position) WHERE via = 'letter';
-- What was taken back since a mail was made that may tell of it.
CREATE INDEX messages_withdrawn ON messages (office_id, conversation_id, withdrawn_at) WHERE withdrawn <> '';

CREATE TABLE attachments (
    office_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    owner_id        uuid        NOT NULL,
    conversation_id uuid,
    message_id      uuid,
    position        bigint      NOT NULL,
    ordinal         integer     NOT NULL, -- within the message: the record hash covers the order
    audience        text        NOT NULL,
    name            text        NOT NULL,
    type            text        NOT NULL,
    size            bigint      NOT NULL,
    inline          text        NOT NULL,
    hash            bytea       NOT NULL,
    width           integer     NOT NULL, -- pixels of an image that can be shown, upright; 0: none
    height          integer     NOT NULL,
    created_at      timestamptz NOT NULL,
    scanned_at      timestamptz,          -- when the virus scanner saw it last
    scanned_by      text        NOT NULL DEFAULT '', -- the signatures it went by
    found           text        NOT NULL DEFAULT '', -- what it found: the file is blocked
    PRIMARY KEY (id)
);
CREATE INDEX attachments_message ON attachments (office_id, conversation_id, position, ordinal) WHERE conversation_id IS NOT NULL;
CREATE INDEX attachments_waiting ON attachments (created_at) WHERE conversation_id IS NULL;
CREATE INDEX attachments_hash ON attachments (hash); -- whether a file is still used

-- What is being written and was not sent: its author's alone. The id is of the author's choice.
CREATE TABLE drafts (
    office_id       uuid        NOT NULL,
    author_id       uuid        NOT NULL REFERENCES streams,
    id              uuid        NOT NULL,
    version         bigint      NOT NULL,
    conversation_id uuid,                 -- NULL: not yet started
    recipients      text        NOT NULL, -- JSON array of ids
    besides         text        NOT NULL, -- the same, of those in CC
    audience        text        NOT NULL,
    title           text        NOT NULL,
    important       boolean     NOT NULL,
    note            boolean     NOT NULL,
    unsigned        boolean     NOT NULL,
    secure          boolean     NOT NULL,
    bcc             boolean,              -- NULL: as the profile has it
    html            text        NOT NULL,
    preview         text        NOT NULL,
    saved_at        timestamptz NOT NULL,
    gone            boolean     NOT NULL, -- sent or discarded, and empty: a late save must not bring it back
    PRIMARY KEY (office_id, author_id, id)
) WITH (fillfactor = 70);
CREATE INDEX drafts_saved ON drafts (gone, saved_at);

-- The uploads that wait in drafts, and so are not dropped.
CREATE TABLE draft_files (
    office_id     uuid    NOT NULL,
    author_id     uuid    NOT NULL,
    draft_id      uuid    NOT NULL,
    ordinal       integer NOT NULL,
    attachment_id uuid    NOT NULL REFERENCES attachments,
    PRIMARY KEY (office_id, author_id, draft_id, ordinal),
    FOREIGN KEY (office_id, author_id, draft_id) REFERENCES drafts
);
CREATE INDEX draft_files_attachment ON draft_files (attachment_id);

-- Which message of an original stands where in a copy of it (F5).
CREATE TABLE copied (
    office_id       uuid   NOT NULL,
    conversation_id uuid   NOT NULL, -- the copy
    position        bigint NOT NULL,
    message_id      uuid   NOT NULL, -- of the original
    PRIMARY KEY (conversation_id, position),
    FOREIGN KEY (office_id, conversation_id) REFERENCES conversations
);

-- Teams and circles.

CREATE TABLE rosters (
    id        uuid   NOT NULL PRIMARY KEY,
    office_id uuid   NOT NULL REFERENCES offices,
    kind      text   NOT NULL CHECK (kind IN ('team', 'circle')),
    name      text   NOT NULL,
    folded    text   COLLATE "C" NOT NULL, -- the name, as names are compared
    address   text   NOT NULL DEFAULT '' -- local part of its mail address, lower case; empty: none
);
CREATE UNIQUE INDEX rosters_name ON rosters (office_id, folded);
CREATE UNIQUE INDEX rosters_address ON rosters (office_id, address) WHERE address <> '';

CREATE TABLE roster_members (
    roster_id uuid   NOT NULL REFERENCES rosters,
    user_id   uuid   NOT NULL REFERENCES streams,
    PRIMARY KEY (roster_id, user_id)
);

CREATE TABLE receipts (
    office_id       uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    reader_id       uuid        NOT NULL,
    after           bigint      NOT NULL,
    through         bigint      NOT NULL,
    at              timestamptz NOT NULL,
    PRIMARY KEY (office_id, conversation_id, reader_id, after),
    FOREIGN KEY (office_id, conversation_id, reader_id) REFERENCES participants
);

-- Streams hold references, never bodies.
CREATE TABLE events (
    user_id         uuid        NOT NULL,
    number          bigint      NOT NULL,
    badge           integer     NOT NULL,
    type            text        NOT NULL,
    conversation_id uuid,
    position        bigint      NOT NULL,
    subject_id      uuid,
    at              timestamptz NOT NULL,
    CONSTRAINT events_number PRIMARY KEY (user_id, number)
);

-- Mail.

CREATE TABLE notices (
    office_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    kind            text        NOT NULL,
    conversation_id uuid        NOT NULL,
    message_id      uuid,                 -- NULL: of what was opened from the position on
    position        bigint      NOT NULL,
    recipient_id    uuid        NOT NULL,
    due_at          timestamptz NOT NULL,
    state           text        NOT NULL, -- held (a copy), due, dropped, suppressed, mailed
    token           uuid,                 -- the claim's fence
    until           timestamptz,          -- the claim's lease
    mail_id         uuid,
    settled_at      timestamptz,          -- no longer held or due since
    kept_back       boolean     NOT NULL DEFAULT false, -- until its recipient wants mail; or a digest carries it
    PRIMARY KEY (id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX notices_due ON notices (due_at, id) WHERE state = 'due'; -- all in the order that is claimed, since many may be due at once
-- A message, by its place, is owed to a recipient once; what a recipient is owed in a conversation lies together. A settled notice cannot come
-- again: notices are made with their message.
CREATE UNIQUE INDEX notices_owed ON notices (conversation_id, recipient_id, position, kind) WHERE state = 'due';
CREATE INDEX notices_held ON notices (conversation_id, position) WHERE state = 'held';
CREATE INDEX notices_settled ON notices (conversation_id, position) WHERE settled_at IS NOT NULL;
CREATE INDEX notices_kept ON notices (recipient_id, conversation_id) WHERE state = 'due' AND kept_back;
CREATE INDEX notices_mail ON notices (mail_id) WHERE mail_id IS NOT NULL;

CREATE TABLE reply_addresses (
    reply           bigint  PRIMARY KEY,
    office_id       uuid    NOT NULL,
    conversation_id uuid    NOT NULL,
    user_id         uuid    NOT NULL,
    generation      integer NOT NULL,
    mailed          bigint  NOT NULL,
    CONSTRAINT reply_addresses_seat UNIQUE (office_id, conversation_id, user_id),
    FOREIGN KEY (office_id, conversation_id, user_id) REFERENCES participants
);

CREATE TABLE aliases (
    office_id uuid        NOT NULL,
    address   text        NOT NULL, -- in lower case
    user_id   uuid        NOT NULL,
    added_by  uuid        NOT NULL,
    added_at  timestamptz NOT NULL,
    PRIMARY KEY (office_id, user_id, address),
    CONSTRAINT aliases_address UNIQUE (office_id, address),
    FOREIGN KEY (office_id, user_id) REFERENCES users
);

CREATE TABLE trusted_signers (
    office_id uuid        NOT NULL,
    user_id   uuid        NOT NULL,
    domain    text        NOT NULL,
    added_by  uuid        NOT NULL,
    added_at  timestamptz NOT NULL,
    PRIMARY KEY (office_id, user_id, domain),
    FOREIGN KEY (office_id, user_id) REFERENCES users
);

CREATE TABLE letters (
    office_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    reply           bigint      NOT NULL,
    conversation_id uuid,
    participant_id  uuid,
    once            bytea       NOT NULL,
    message_id      text        NOT NULL,
    from_address    text        NOT NULL,
    envelope_from   text        NOT NULL,
    peer            text        NOT NULL,
    subject         text        NOT NULL,
    class           text        NOT NULL,
    auth            text        NOT NULL, -- what was found out about its author
    signers         text        NOT NULL, -- domains whose signatures hold, with blanks between
    fate            text        NOT NULL,
    reason          text        NOT NULL,
    entry_id        uuid,
    raw             bytea,      -- hash of the blob; NULL: the letter is in content
    size            bigint      NOT NULL,
    folded          text        NOT NULL,
    received_at     timestamptz NOT NULL,
    decision        text        NOT NULL DEFAULT '', -- of quarantine: accepted, aliased, trusted, proven, rejected; empty: none yet
    trusted         text        NOT NULL DEFAULT '', -- the domain, with trusted
    decided_by      uuid,
    decided_at      timestamptz,
    content         bytea, -- the letter as it came, when it is short; last, so that nothing is read past it
    PRIMARY KEY (id),
    CONSTRAINT letters_once UNIQUE (once)
);
-- What is long is compressed as it is written: by LZ4 in a fraction of the time, where the server was built with it.
-- +goose StatementBegin
DO $$ BEGIN
    ALTER TABLE letters ALTER content SET COMPRESSION lz4, ALTER folded SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
-- +goose StatementEnd
CREATE INDEX letters_received ON letters (office_id, received_at);
CREATE INDEX letters_raw ON letters (raw) WHERE raw IS NOT NULL;
CREATE INDEX letters_to_teams ON letters (office_id, participant_id, message_id) WHERE reply = 0 AND fate = 'posted';

CREATE TABLE mails (
    office_id       uuid        NOT NULL,
    id              uuid        NOT NULL,
    kind            text        NOT NULL,
    recipient_id    uuid        NOT NULL,
    conversation_id uuid,
    newest          bigint      NOT NULL,
    quoted          bigint      NOT NULL, -- oldest of the earlier messages folded under, or that a read mail tells of; 0: none
    from_address    text        NOT NULL,
    to_address      text        NOT NULL,
    message_id      text        NOT NULL,
    subject         text        NOT NULL, -- empty where the mode lets no title out
    mode            text        NOT NULL,
    state           text        NOT NULL, -- sending, waiting, accepted, failed
    attempts        integer     NOT NULL,
    doubled         integer     NOT NULL,
    next_try        timestamptz,
    token           uuid,
    until           timestamptz,
    queue_id        text        NOT NULL,
    reason          text        NOT NULL,
    created_at      timestamptz NOT NULL,
    again_id        uuid,                 -- the mail that it is another attempt of
    settled_at      timestamptz,          -- when the last attempt ended
    report          text        NOT NULL, -- what came back for it: delivered, delayed, failed, complained; empty: nothing
    report_reason   text        NOT NULL,
    reported_at     timestamptz,
    enclosed        bytea       NOT NULL DEFAULT '', -- files that belong into raw, and where
    raw             bytea       NOT NULL, -- last, so that nothing is read past it
    PRIMARY KEY (id),
    CONSTRAINT mails_message_id UNIQUE (message_id),
    FOREIGN KEY (office_id, recipient_id) REFERENCES users
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX mails_waiting ON mails (next_try, id) WHERE state = 'waiting';
CREATE INDEX mails_sending ON mails (until, id) WHERE state = 'sending';
CREATE INDEX mails_recipient ON mails (office_id, recipient_id, conversation_id, created_at DESC);

CREATE TABLE suppressions (
    office_id uuid        NOT NULL,
    address   text        NOT NULL, -- in lower case
    id        uuid        NOT NULL,
    user_id   uuid        NOT NULL,
    cause     text        NOT NULL, -- bounce, complaint
    reason    text        NOT NULL,
    mail_id   uuid        NOT NULL, -- that showed it
    at        timestamptz NOT NULL,
    PRIMARY KEY (office_id, address),
    CONSTRAINT suppressions_id UNIQUE (office_id, id),
    FOREIGN KEY (office_id, user_id) REFERENCES users
);
CREATE INDEX suppressions_at ON suppressions (office_id, at DESC, id DESC);

CREATE TABLE ledger (
    id            uuid        PRIMARY KEY,
    office_id     uuid,
    at            timestamptz NOT NULL,
    direction     text        NOT NULL, -- in, out
    peer          text        NOT NULL,
    envelope_from text        NOT NULL,
    envelope_to   text        NOT NULL,
    code          integer     NOT NULL,
    enhanced      text        NOT NULL,
    fate          text        NOT NULL,
    reason        text        NOT NULL,
    letter_id     uuid,
    mail_id       uuid,
    size          bigint      NOT NULL,
    -- the other side's address
    correspondent text        COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(CASE direction WHEN 'in' THEN envelope_from ELSE envelope_to END)) STORED
);
-- Every row has a size: the condition is there so that this index is not walked where a fate is asked for, which has one of its own.
CREATE INDEX ledger_direction ON ledger (office_id, direction, at DESC, id DESC) WHERE size >= 0;
CREATE INDEX ledger_fate ON ledger (office_id, direction, fate, at DESC, id DESC);
CREATE INDEX ledger_correspondent ON ledger (office_id, correspondent);
CREATE INDEX ledger_at ON ledger (at DESC, id DESC);

CREATE TABLE audit (
    office_id uuid        NOT NULL,
    id        uuid        NOT NULL,
    at        timestamptz NOT NULL,
    actor_id  uuid,
    act       text        NOT NULL,
    object_id uuid,
    detail    text        NOT NULL,
    PRIMARY KEY (office_id, id)
);
CREATE INDEX audit_at ON audit (office_id, at DESC, id DESC);

-- The search's index (decision 0012): what was written lately, word for word, and sealed segments (package store/segment) of all before. It is made of
-- the messages, and made anew from them when it is lost.

CREATE TABLE search_tail (
    office_id       uuid        NOT NULL,
    message_id      uuid        NOT NULL,
    conversation_id uuid        NOT NULL,
    position        bigint      NOT NULL,
    at              timestamptz NOT NULL,
    words           text        NOT NULL COLLATE "C",
    PRIMARY KEY (office_id, message_id)
);

CREATE TABLE search_segments (
    office_id     uuid        NOT NULL,
    id            uuid        NOT NULL,
    entries       integer     NOT NULL,
    first_at      timestamptz NOT NULL,
    last_at       timestamptz NOT NULL,
    PRIMARY KEY (office_id, id)
);

CREATE TABLE search_blocks (
    segment_id uuid  NOT NULL,
    first_word text  NOT NULL COLLATE "C",
    data       bytea NOT NULL,
    PRIMARY KEY (segment_id, first_word)
);
ALTER TABLE search_blocks ALTER COLUMN data SET STORAGE PLAIN;

-- Where a segment's entries are, some at a time.
CREATE TABLE search_places (
    segment_id uuid    NOT NULL,
    first      integer NOT NULL, -- ordinal of the first of them
    data       bytea   NOT NULL,
    PRIMARY KEY (segment_id, first)
);
ALTER TABLE search_places ALTER COLUMN data SET STORAGE PLAIN;

-- Messages that are still to be put into the tail, by their ids: all, after a restore. No row: none.
CREATE TABLE search_refill (
    one     integer PRIMARY KEY CHECK (one = 1),
    after   uuid    NOT NULL,
    through uuid    NOT NULL
);

-- What some node is to do now and then.
CREATE TABLE chores (
    name   text        PRIMARY KEY,
    due_at timestamptz NOT NULL -- the next time
);
