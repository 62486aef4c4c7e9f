"""The tables of a Lab file, as the scripts that brought them about one version after another."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE holder (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT, host TEXT, pid INTEGER, beat REAL);
    CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE blob (sha256 TEXT PRIMARY KEY, data BLOB NOT NULL);

    CREATE TABLE dataset (
        id INTEGER PRIMARY KEY, created TEXT NOT NULL, name TEXT NOT NULL, fingerprint TEXT NOT NULL,
        body TEXT NOT NULL);
    CREATE TABLE snippet (
        dataset_id INTEGER NOT NULL REFERENCES dataset(id) ON DELETE CASCADE, number INTEGER NOT NULL,
        part TEXT NOT NULL, text TEXT NOT NULL, language TEXT NOT NULL, licence TEXT NOT NULL,
        source TEXT NOT NULL, path TEXT NOT NULL, first_line INTEGER NOT NULL, last_line INTEGER NOT NULL,
        split_group TEXT NOT NULL, instruction TEXT, tests TEXT NOT NULL, family TEXT NOT NULL,
        operations TEXT NOT NULL, nats REAL, PRIMARY KEY (dataset_id, number)) WITHOUT ROWID;
    CREATE TABLE verdict (
        dataset_id INTEGER NOT NULL REFERENCES dataset(id) ON DELETE CASCADE, number INTEGER NOT NULL,
        source TEXT NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
        PRIMARY KEY (dataset_id, number)) WITHOUT ROWID;

    CREATE TABLE tokenizer (
        id INTEGER PRIMARY KEY, created TEXT NOT NULL, dataset_id INTEGER NOT NULL, name TEXT NOT NULL,
        vocabulary INTEGER NOT NULL, sha256 TEXT NOT NULL REFERENCES blob(sha256));

    CREATE TABLE run (
        id INTEGER PRIMARY KEY, created TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
        dataset_id INTEGER NOT NULL, tokenizer_id INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE TABLE step (
        run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, step INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (run_id, step)) WITHOUT ROWID;
    CREATE TABLE epoch (
        run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, epoch INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (run_id, epoch)) WITHOUT ROWID;
    CREATE TABLE checkpoint (
        run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, step INTEGER NOT NULL, epoch INTEGER NOT NULL,
        kind TEXT NOT NULL, created TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES blob(sha256), body TEXT NOT NULL,
        PRIMARY KEY (run_id, step, kind)) WITHOUT ROWID;
    CREATE TABLE evaluation (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE, created TEXT NOT NULL,
        kind TEXT NOT NULL, body TEXT NOT NULL);

    CREATE TABLE draft (name TEXT PRIMARY KEY, changed TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TABLE answer (
        id INTEGER PRIMARY KEY, created TEXT NOT NULL, quiz TEXT NOT NULL, item TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX answer_item ON answer (quiz, item);
    """,
)
"""One script a version; `user_version` counts those applied. Published scripts never change."""
