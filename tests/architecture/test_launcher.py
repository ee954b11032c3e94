"""Does what bin/ starts also stop, refuse what it must, and hand each process only what is its own?"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from launch import demo, keep, processes, services, settings

ROOT = Path(__file__).resolve().parents[2]

# A launcher with one child that itself starts a child which leaves its session: the hardest kind to find again.
LAUNCHER = """
import sys, time
from launch import processes
processes.on_signals_raise()
processes.adopt_orphans()
group = processes.Group()
try:
    group.start("child", [sys.executable, "-c", '''
import subprocess, sys, time
print(subprocess.Popen(["sleep", "600"], start_new_session=True).pid, flush=True)
time.sleep(600)
'''])
    print("started", flush=True)
    time.sleep(600)
finally:
    group.stop()
    processes.end_orphans()
"""


def gone(pid: int) -> bool:
    """Whether a process has ended; one that waits for its parent to notice has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def eventually(condition: Callable[[], bool], limit: float = 20.0) -> bool:
    give_up = time.monotonic() + limit
    while not condition() and time.monotonic() < give_up:
        time.sleep(0.02)
    return condition()


def launcher() -> tuple[subprocess.Popen[str], int, int]:
    """A running launcher, its child and its grandchild."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "bin")}
    process = subprocess.Popen([sys.executable, "-c", LAUNCHER], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    lines = {process.stdout.readline().strip(), process.stdout.readline().strip()}
    grandchild = int((lines - {"started"}).pop())
    child = int(Path(f"/proc/{grandchild}/stat").read_text().rpartition(")")[2].split()[1])
    process.stdout.close()
    return process, child, grandchild


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stopped_launcher_leaves_no_process(number: signal.Signals) -> None:
    process, child, grandchild = launcher()
    process.send_signal(number)
    assert process.wait(30) == 128 + number
    assert gone(child)
    assert gone(grandchild)


def test_a_killed_launcher_takes_its_children_with_it() -> None:
    process, child, grandchild = launcher()
    process.kill()
    process.wait(30)
    assert eventually(lambda: gone(child))
    os.kill(grandchild, signal.SIGKILL)


def test_a_child_that_does_not_listen_is_ended() -> None:
    group = processes.Group()
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    read, write = os.pipe()
    with os.fdopen(write, "wb") as output:
        child = group.start("deaf", [sys.executable, "-c", deaf], log=output, patience=0.2)
    with os.fdopen(read, "rb") as answer:
        answer.readline()
        group.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_a_busy_port_is_named_with_a_way_on() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"Port {port} cannot be used .* --port {port + 1}"):
            demo.refuse_busy_port(port)


def test_reset_leaves_somebody_elses_database_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "demo.json"
    kept.write_text("{}")
    monkeypatch.setenv("SSP_DATABASE_URL", "postgresql://elsewhere/ssp")
    with pytest.raises(SystemExit, match="empty the database at SSP_DATABASE_URL yourself"):
        demo.reset(tmp_path)
    assert kept.exists()


def test_reset_forgets_data_and_secrets_and_keeps_the_environments(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SSP_DATABASE_URL", raising=False)
    monkeypatch.delenv("SSP_DATABASE_URL_FILE", raising=False)
    for name in ("venv-demo", "media", "secrets", "pki"):
        (tmp_path / name).mkdir()
    (tmp_path / "demo.json").write_text("{}")
    demo.reset(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["venv-demo"]


def test_one_database_address_without_the_other_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSP_DATABASE_URL", "postgresql://elsewhere/ssp")
    monkeypatch.delenv("SSP_OWNER_DATABASE_URL", raising=False)
    monkeypatch.delenv("SSP_OWNER_DATABASE_URL_FILE", raising=False)
    with pytest.raises(services.ServiceFailed, match="Set both SSP_DATABASE_URL"):
        services.start(processes.Group(), tmp_path, durable=False)


def test_only_the_worker_is_given_what_seals(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given: dict[str, dict[str, str]] = {}
    monkeypatch.setattr(
        demo.Demo, "start", lambda self, program: given.update({program.name: dict(program.environment)})
    )
    run = demo.Demo(tmp_path, 8000)
    run.environment = {
        "SSP_OWNER_DATABASE_URL": "postgresql://owner",
        "SSP_OWNER_DATABASE_URL_FILE": "/owner",
        "SSP_DATABASE_URL": "postgresql://app",
        "SSP_SEAL_KEY": "of the caller",
        "SSP_SEAL_NORTHSHIRE_POLICE_KEY_FILE": "/of/a/force",
    }
    (tmp_path / "pki").mkdir()
    (tmp_path / "pki" / "worker.json").write_text('{"SSP_SEAL_KEY_FILE": "/key", "SSP_SEAL_ROOTS_FILE": "/roots"}')
    run.launch()
    assert set(given) == {"web", "worker", "scheduler", "time-stamps"}
    for name, environment in given.items():
        assert environment["SSP_DATABASE_URL"] == "postgresql://app"
        assert environment["SSP_SEAL_ROOTS_FILE"]
        assert not [key for key in environment if key.startswith("SSP_OWNER")]
        assert len([key for key in environment if "SEAL" in key and "KEY" in key]) == (3 if name == "worker" else 0)


def test_a_change_of_code_is_noticed_and_a_compiled_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "ssp").mkdir()
    (tmp_path / "ssp" / "one.py").write_text("1")
    before = demo.fingerprint(tmp_path)
    (tmp_path / "ssp" / "one.pyc").write_text("1")
    assert demo.fingerprint(tmp_path) == before
    (tmp_path / "ssp" / "one.py").write_text("12")
    assert demo.fingerprint(tmp_path) != before


def test_a_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = services.secret_file(tmp_path / "secrets" / "one")
    assert services.secret_file(tmp_path / "secrets" / "one") == first
    assert (tmp_path / "secrets" / "one").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_the_callers_environment_does_not_leak_into_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("SSP_SECRET_KEY", "of the caller")
    environment = settings.inherited({"SSP_SECRET_KEY": "of the run"})
    assert environment["SSP_SECRET_KEY"] == "of the run"
    assert "PYTHONPATH" not in environment


def test_a_keeper_that_is_not_ours_is_not_mistaken_for_one(tmp_path: Path) -> None:
    (tmp_path / "keeper.pid").write_text(str(os.getpid()))
    assert keep.running(tmp_path) is None
    assert keep.stop(tmp_path) is False


def test_all_that_a_machine_lacks_is_said_in_one_message() -> None:
    script = """
    source bin/launch/machine.sh
    id() { echo 1000; }
    has_program() { [ "$1" = apt-get ]; }
    has_library() { return 1; }
    machine_needs python pango pdf
    """
    bash = shutil.which("bash")
    assert bash
    done = subprocess.run([bash, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("apt-get install") == 1
    for package in ("libpango-1.0-0", "libharfbuzz-subset0", "poppler-utils", "libnss3-tools", "qpdf"):
        assert package in done.stderr


def test_continuous_integration_runs_the_same_command() -> None:
    commands = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert commands == ['exec "$(dirname -- "${BASH_SOURCE[0]}")/../bin/test"']
