"""The Lab file keeps what it was given, or says why not."""

import contextlib
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codegen_desktop import lab as lab_module
from codegen_desktop.errors import CheckpointError, LabError
from codegen_desktop.lab import Lab


def test_a_blob_comes_back_and_is_named_by_its_check_sum(lab: Lab) -> None:
    with lab.transaction() as connection:
        name = lab.put_blob(connection, b"weights")
        assert lab.put_blob(connection, b"weights") == name
    assert lab.get_blob(name) == b"weights"


def test_a_changed_byte_is_noticed(lab: Lab) -> None:
    with lab.transaction() as connection:
        name = lab.put_blob(connection, b"weights")
    for changed in (b"weightz", "weights", 7):
        lab.connection.execute("UPDATE blob SET data = ? WHERE sha256 = ?", (changed, name))
        with pytest.raises(CheckpointError, match="damaged"):
            lab.get_blob(name)
    with pytest.raises(CheckpointError, match="missing"):
        lab.get_blob("0" * 64)


def test_storing_the_same_bytes_again_mends_what_was_damaged(lab: Lab) -> None:
    for _ in range(2):
        with lab.transaction() as connection:
            digest = lab.put_blob(connection, b"the same weights")
        assert lab.get_blob(digest) == b"the same weights"
        lab.connection.execute("UPDATE blob SET data = 'other' WHERE sha256 = ?", (digest,))


def test_what_the_database_cannot_read_is_said_at_the_end_of_the_block(lab: Lab) -> None:
    lab.connection.execute("DROP TABLE setting")
    lab.close()
    with pytest.raises(LabError, match=r"damaged or not a Lab \(no such table: setting\)"), Lab.open(lab.path) as again:
        again.setting("mine")
    Lab.open(lab.path).close()


def test_a_fault_of_the_program_is_not_called_damage(lab: Lab) -> None:
    with pytest.raises(sqlite3.IntegrityError), lab:
        lab.connection.execute("INSERT INTO setting VALUES ('key', NULL)")


def test_a_transaction_that_fails_leaves_nothing(lab: Lab) -> None:
    lab.set_setting("kept", 1)
    with pytest.raises(RuntimeError), lab.transaction() as connection:
        connection.execute("INSERT INTO setting VALUES ('lost', '1')")
        raise RuntimeError
    assert lab.setting("lost") is None
    assert lab.setting("kept") == 1


def test_a_second_opener_is_refused_and_the_first_goes_on(lab: Lab) -> None:
    with pytest.raises(LabError, match="in use"):
        Lab.open(lab.path)
    lab.set_setting("still", "mine")
    with Lab.open(lab.path, read_only=True) as reader:
        assert reader.setting("still") == "mine"
        with pytest.raises(LabError, match="reading only"):
            reader.set_setting("no", 1)


def test_closing_gives_the_file_free_and_a_dead_holder_does_not_block(lab: Lab) -> None:
    program = (
        "import os, sys; from pathlib import Path; from codegen_desktop.lab import Lab; "
        "Lab.open(Path(sys.argv[1])).set_setting('by', 'child'); os._exit(9)"
    )
    lab.close()
    assert subprocess.run([sys.executable, "-c", program, str(lab.path)], check=False).returncode == 9
    with Lab.open(lab.path) as again:
        assert again.setting("by") == "child"


def test_a_killed_holder_whose_process_number_is_ours_does_not_block(lab: Lab) -> None:
    with lab.transaction() as connection:
        connection.execute("UPDATE holder SET token = 'another', beat = beat - 1000")
    Lab.open(lab.path).close()


@pytest.mark.parametrize("name", ["x" * 5000, "no/such/folder/x.cglab", "."])
def test_a_path_where_no_lab_can_be_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(LabError, match="no Lab file"):
        Lab.open(tmp_path / name)
    (tmp_path / "no").write_text("a file, no folder")
    with pytest.raises(LabError):
        Lab.create(tmp_path / name)


def test_another_computer_holds_it_until_its_heartbeat_stops(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_module.socket, "gethostname", lambda: "elsewhere")
    with pytest.raises(LabError, match="in use"):
        Lab.open(lab.path)
    with lab.transaction() as connection:
        connection.execute("UPDATE holder SET beat = beat - 1000")
    Lab.open(lab.path).close()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "not a Lab"), (b"hello", "not a Lab"), (b"SQLite format 3\0" + b"\0" * 200, "not a Lab")],
    ids=["empty", "text", "no-application-id"],
)
def test_a_foreign_file_is_refused_and_stays_as_it_was(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "foreign.cglab"
    path.write_bytes(content)
    with pytest.raises(LabError, match=message):
        Lab.open(path)
    assert path.read_bytes() == content


def test_another_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a)")
    with pytest.raises(LabError, match="not a Lab"):
        Lab.open(path)


def test_a_torn_file_is_refused_in_words(lab: Lab, tmp_path: Path) -> None:
    with lab.transaction() as connection:
        lab.put_blob(connection, bytes(200_000))
    lab.close()
    torn = tmp_path / "torn.cglab"
    torn.write_bytes(lab.path.read_bytes()[:50_000])
    with pytest.raises(LabError, match="damaged"):
        Lab.open(torn)


def test_a_change_that_was_cut_off_is_undone_even_for_a_reader(lab: Lab) -> None:
    with lab.transaction() as connection:
        connection.executemany("INSERT INTO setting VALUES (?, '1')", [(f"{n:01000}",) for n in range(200)])
    lab.close()
    program = (
        "import os, sys; from pathlib import Path; from codegen_desktop.lab import Lab; "
        "connection = Lab.open(Path(sys.argv[1])).connection; connection.execute('PRAGMA cache_size = 1'); "
        "connection.execute('BEGIN IMMEDIATE'); connection.execute('DELETE FROM setting'); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(lab.path)], check=False).returncode == 9
    assert lab.path.with_name("test.cglab-journal").exists()
    with Lab.open(lab.path, read_only=True) as again:
        assert again.connection.execute("SELECT count(*) FROM setting").fetchone() == (200,)


def test_a_newer_lab_is_refused(lab: Lab) -> None:
    with lab.transaction() as connection:
        connection.execute("PRAGMA user_version = 99")
    lab.close()
    with pytest.raises(LabError, match="newer version"):
        Lab.open(lab.path)


def test_a_migration_keeps_a_copy_of_what_was(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.set_setting("old", True)
    lab.close()
    monkeypatch.setattr(lab_module, "MIGRATIONS", (*lab_module.MIGRATIONS, "CREATE TABLE added (a);"))
    with Lab.open(lab.path) as newer:
        assert newer.connection.execute("SELECT count(*) FROM added").fetchone() == (0,)
        assert newer.setting("old") is True
    assert lab.path.with_name("test.before-2.cglab").exists()


def test_a_missing_file_and_an_unwritable_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no Lab file"):
        Lab.open(tmp_path / "none.cglab")
    (tmp_path / "file").write_text("x")
    with pytest.raises(LabError, match="No Lab can be made"):
        Lab.create(tmp_path / "file" / "in.cglab")
    existing = tmp_path / "there.cglab"
    existing.write_text("mine")
    with pytest.raises(LabError, match="there already"):
        Lab.create(existing)
    assert existing.read_text() == "mine"


def test_every_thread_has_its_own_connection(lab: Lab) -> None:
    seen: list[sqlite3.Connection] = []
    thread = threading.Thread(target=lambda: seen.append(lab.connection))
    thread.start()
    thread.join()
    assert seen[0] is not lab.connection


def test_a_copy_is_complete_and_not_held(lab: Lab, tmp_path: Path) -> None:
    lab.set_setting("a", [1, 2])
    lab.copy_to(tmp_path / "copy.cglab")
    with Lab.open(tmp_path / "copy.cglab") as copy:
        assert copy.setting("a") == [1, 2]
    with pytest.raises(LabError, match="No copy"):
        lab.copy_to(tmp_path / "missing" / "copy.cglab")


def test_what_is_deleted_makes_the_file_smaller_while_others_have_it_open(lab: Lab) -> None:
    with ThreadPoolExecutor(1) as other:  # as a thread of the window: its connection stays open
        other.submit(lab.setting, "mine").result()
        before = lab.path.stat().st_size
        with lab.transaction() as connection:
            lab.put_blob(connection, random.Random(0).randbytes(6_000_000))
        assert lab.path.stat().st_size > before + 5_900_000
        lab.sweep_blobs()
        lab.give_back_space()
        assert lab.path.stat().st_size < before + 100_000
        other.submit(lab.set_setting, "mine", 1).result()
    assert lab.setting("mine") == 1


def test_space_is_given_back_only_as_far_as_nobody_else_writes(lab: Lab) -> None:
    with lab.transaction() as connection:
        lab.put_blob(connection, random.Random(0).randbytes(3_000_000))
    lab.sweep_blobs()
    lab.connection.execute("PRAGMA busy_timeout = 0")
    size = lab.path.stat().st_size
    with contextlib.closing(sqlite3.connect(lab.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        lab.give_back_space()
        assert lab.path.stat().st_size == size
        writer.execute("ROLLBACK")
    lab.give_back_space()
    assert lab.path.stat().st_size < size - 2_900_000


def test_a_lab_of_an_earlier_layout_is_written_anew_when_opened(lab: Lab) -> None:
    lab.set_setting("mine", 1)
    lab.close()
    with contextlib.closing(sqlite3.connect(lab.path, isolation_level=None)) as old:
        for change in ("auto_vacuum = NONE", "page_size = 4096"):
            old.execute(f"PRAGMA {change}")
        old.execute("VACUUM")
        assert old.execute("PRAGMA page_size").fetchone() == (4096,)
    with Lab.open(lab.path, read_only=True) as read:
        assert read.connection.execute("PRAGMA auto_vacuum").fetchone() == (0,)
    with Lab.open(lab.path) as again:
        assert again.setting("mine") == 1
        assert again.connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
        assert again.connection.execute("PRAGMA page_size").fetchone() == (16_384,)


def test_sweeping_keeps_what_is_used(lab: Lab) -> None:
    with lab.transaction() as connection:
        used, unused = lab.put_blob(connection, b"used"), lab.put_blob(connection, b"unused")
        connection.execute("INSERT INTO tokenizer VALUES (1, '', 1, 'bpe', 1, ?)", (used,))
    assert lab.sweep_blobs() == 1
    assert lab.get_blob(used) == b"used"
    with pytest.raises(CheckpointError):
        lab.get_blob(unused)


def test_a_kill_inside_a_transaction_leaves_the_last_whole_state(lab: Lab) -> None:
    program = (
        "import os, sys; from pathlib import Path; from codegen_desktop.lab import Lab\n"
        "lab = Lab.open(Path(sys.argv[1])); lab.set_setting('whole', 1)\n"
        "with lab.transaction() as c:\n"
        "    lab.put_blob(c, bytes(5_000_000)); c.execute(\"INSERT INTO setting VALUES ('half', '1')\"); os._exit(9)\n"
    )
    lab.close()
    subprocess.run([sys.executable, "-c", program, str(lab.path)], check=False)
    with Lab.open(lab.path) as again:
        assert (again.setting("whole"), again.setting("half")) == (1, None)


def test_a_full_disk_is_said_and_nothing_is_lost(lab: Lab) -> None:
    lab.set_setting("kept", 1)
    pages = lab.connection.execute("PRAGMA page_count").fetchone()[0]
    lab.connection.execute(f"PRAGMA max_page_count = {pages + 2}")  # SQLite's own way of a disk without room
    with pytest.raises(LabError, match="full"), lab.transaction() as connection:
        lab.put_blob(connection, bytes(1_000_000))
    lab.connection.execute("PRAGMA max_page_count = 1000000")
    assert lab.setting("kept") == 1
    lab.set_setting("again", 1)
    assert shutil.disk_usage(lab.path.parent).free > 0
