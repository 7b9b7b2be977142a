"""Disks and permissions: what the system says, provoked from it, and the one line it becomes."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from expansion_warehouse.errors import BadInput
from expansion_warehouse.raw.hashes import hash_files
from expansion_warehouse.sample.target import new_folder
from expansion_warehouse.storage import (
    FileMode,
    file_mode,
    full_disk,
    require_room,
    require_writable,
    share,
    size_of,
    trouble,
)
from tiny_project import make_tiny


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (errno.EACCES, "/data/x: permission denied: let this user read and write it, or name "),
        (errno.EROFS, "/data/x: the file system is read-only: name a home that can be written"),
        (errno.ENOSPC, "/data/x: no space left: make room there and run the command again"),
        (errno.EDQUOT, "/data/x: no space left: make room there"),
        (errno.EIO, "/data/x: the disk cannot be read or written: check it"),
        (errno.EMFILE, "/data/x: too many files are open: raise the limit"),
        (errno.ENFILE, "/data/x: too many files are open on this machine"),
        (errno.ENOENT, "/data/x: no such file or directory: put back what should be there"),
        (errno.ENOTDIR, "/data/x: not a directory: put back what should be there"),
    ],
)
def test_an_error_of_the_system_is_a_line_with_path_and_remedy(code: int, expected: str) -> None:
    error = OSError(code, os.strerror(code), "/data/x")
    assert str(trouble(error)).startswith(expected)
    if code not in (errno.ENOENT, errno.ENOTDIR):
        assert str(trouble(f"IO Error: Cannot open file '/data/x': {os.strerror(code)}")) == str(
            trouble(error)
        )


def test_an_error_without_a_path_names_where_to_look() -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert str(trouble(error)).startswith("home or raw folder: no space left")


def test_what_is_no_matter_of_disks_is_none() -> None:
    assert trouble("Binder Error: Permission denied is no column") is None
    assert trouble(ValueError("No space left on device")) is None
    spilled = "Out of Memory Error: failed to offload data block of size 256.0 KiB"
    assert str(trouble(spilled)).startswith("the temporary folder of build.duckdb: no space left")


def limited(code: str, folder: Path) -> str:
    """What a process says that may write no file of more than a megabyte."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_duckdb_that_cannot_write_is_recognised(tmp_path: Path) -> None:
    code = (
        "import duckdb, sys\ntry:\n"
        "    duckdb.connect(sys.argv[1] + '/x.duckdb').execute("
        "'create table t as select random() as r from range(1000000); checkpoint')\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
    )
    assert "the largest size of a file is reached" in str(trouble(limited(code, tmp_path)))


def test_duckdb_without_a_permission_is_recognised(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error) as caught:
        duckdb.connect(str(tmp_path / "absent" / "x.duckdb"))
    words = os.strerror(errno.EACCES)
    text = str(caught.value).replace(os.strerror(errno.ENOENT), words)
    assert text != str(caught.value)
    assert str(trouble(text)).endswith(
        "x.duckdb: permission denied: let this user read and write it, "
        "or name another folder (--home, --raw)"
    )


def test_files_made_meanwhile_are_for_the_readers_asked_for(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        for mode, wanted in (
            (FileMode.PRIVATE, 0o600),
            (FileMode.GROUP, 0o640),
            (FileMode.ALL, 0o644),
        ):
            with file_mode(mode):
                file = tmp_path / f"{mode}.duckdb"
                duckdb.connect(str(file)).close()
            assert file.stat().st_mode & 0o777 == wanted
        (tmp_path / "after").touch()
        assert (tmp_path / "after").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(before)


def test_what_exists_is_shared_alone_or_with_all_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file").write_text("x")
    (folder / "link").symlink_to(tmp_path)
    share(folder, FileMode.ALL, inside=True)
    share(folder, FileMode.PRIVATE)
    share(tmp_path / "absent", FileMode.PRIVATE)
    modes = [path.stat().st_mode & 0o777 for path in (folder, folder / "file")]
    assert modes == [0o700, 0o644]
    (folder / "file").chmod(0o444)
    share(folder / "file", FileMode.PRIVATE)
    assert (folder / "file").stat().st_mode & 0o777 == 0o400
    assert size_of(folder) == size_of(folder / "file") == 1


def test_room_is_compared_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=100_000_000))
    require_room(tmp_path, 60_000_000, "a build")
    with pytest.raises(BadInput) as caught:
        require_room(tmp_path, 80_000_000, "a build")
    assert str(caught.value).endswith(
        ": a build needs about 112 MB and 100 MB are free: make room there, keep fewer runs "
        "(--keep), or name another home (--home)"
    )


def test_a_sample_that_cannot_be_written_names_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with (
        pytest.raises(BadInput, match=r"raw cannot be written: Permission denied; name another"),
        new_folder(tmp_path / "raw"),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_writable(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError) as caught:
        require_writable(tmp_path)
    assert ": permission denied: let this user" in str(trouble(caught.value))
    late = f'TransactionContext Error: Failed to commit: Cannot open file "{tmp_path}/x": '
    assert ": permission denied: let this" in str(trouble(late + os.strerror(errno.EACCES)))


def test_a_traceback_about_a_disk_names_the_file_and_no_line_of_code() -> None:
    said = (
        'Traceback (most recent call last):\n  File "/code/worker.py", line 38, in main\n'
        f"OSError: [Errno 28] {os.strerror(errno.ENOSPC)}: '/home/x/answer.json'\n"
    )
    assert (
        trouble(said)
        == "/home/x/answer.json: no space left: make room there and run the command again"
    )
    quoted = f'IO Error: Could not write file \\"/home/x/a.parquet\\": {os.strerror(errno.ENOSPC)}'
    assert str(trouble(quoted)).startswith("/home/x/a.parquet: no space left")


def test_a_disk_too_full_to_say_so_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert full_disk(tmp_path) is None
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    assert str(full_disk(tmp_path)).endswith(
        f"{tmp_path.name}: no space left: make room there and run the command again"
    )


def test_hashes_that_cannot_be_kept_are_no_change_of_the_raw_folder(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("a")
    (tmp_path / "full").write_text("no folder")
    found = hash_files(tmp_path, [tmp_path / "accounts.csv"], tmp_path / "full" / "hashes.json")
    assert [file.path for file in found] == ["accounts.csv"]


@pytest.mark.parametrize("leaves", ["dbt.log", "gate-marts.log"])
def test_a_log_that_cannot_be_written_shows_no_traceback(tmp_path: Path, leaves: str) -> None:
    tiny = make_tiny(tmp_path)
    tiny.home.joinpath("logs").mkdir(parents=True)
    tiny.home.joinpath("logs", leaves).symlink_to("/dev/full")
    done = tiny.run("build", "--as-of", "2025-06-30")
    assert "Traceback" not in done.stderr + done.stdout
    assert "--- Logging error" not in done.stderr
