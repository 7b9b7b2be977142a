"""What `make test` says and how it ends when a lane fails."""

from __future__ import annotations

import sys

import pytest

import lanes
import system_tools


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the lanes do instead, as Python."""
    found = {
        lane: f"print('{lane} is done')" for lane in (*lanes.BESIDE, lanes.PYTHON, lanes.SPARK)
    }
    monkeypatch.setattr(lanes, "command", lambda lane: [sys.executable, "-c", found[lane]])
    return found


def test_every_lane_is_shown_whole_and_summed_up(
    scripts: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    scripts["lint"] = "print('one'); print('two')"
    assert lanes.run_all() == 0
    shown = capfd.readouterr().out
    assert "---- lint ----\none\ntwo\n" in shown
    assert [line.split()[0] for line in shown.splitlines()[-4:]] == [
        "lint",
        "test-units",
        "test-spark",
        "test-python",
    ]
    assert shown.splitlines()[-1].endswith("passed      test-python is done")


@pytest.mark.parametrize("lane", [*lanes.BESIDE, lanes.PYTHON, lanes.SPARK])
def test_any_lane_fails_the_whole_and_stops_no_other(
    scripts: dict[str, str], capfd: pytest.CaptureFixture[str], lane: str
) -> None:
    scripts[lane] = "import sys; sys.exit('broken')"
    assert lanes.run_all() == 1
    shown = capfd.readouterr().out
    assert "broken" in shown
    rows = {line.split()[0]: line for line in shown.splitlines()[-4:]}
    assert [name for name, row in rows.items() if "failed (1)" in row] == [lane]


def test_a_missing_tool_stops_the_tests_and_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lanes, "run_all", lambda: pytest.fail("nothing runs without its tools"))
    monkeypatch.setattr("shutil.which", lambda tool: None if tool == "java" else f"/bin/{tool}")
    assert lanes.main() == 2
    assert capsys.readouterr().err == (
        "missing: java (Debian: apt-get install openjdk-17-jre-headless)\n"
    )


def test_a_missing_browser_is_installed_by_root_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr("subprocess.run", lambda command, **_: asked.append(command))
    monkeypatch.setattr("shutil.which", lambda tool: None if tool == "chromium" else f"/bin/{tool}")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert system_tools.main() == 2
    assert asked == []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    system_tools.main()
    assert [command[:2] for command in asked] == [["apt-get", "update"], ["apt-get", "install"]]
    assert asked[1][-2:] == ["chromium", "fonts-noto-cjk"]
