"""systemd unit, container file and compose file: read, and checked where a tool for it is at hand."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from praktyki.settings_table import SETTINGS
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have systemd-analyze (package systemd)")
        pytest.skip("systemd-analyze is not installed (package systemd)")
    programme = tmp_path / "praktyki"
    programme.write_text("#!/bin/sh\n")
    programme.chmod(0o755)
    text = (DEPLOY / "praktyki.service").read_text(encoding="utf-8")
    unit = tmp_path / "praktyki.service"
    unit.write_text(text.replace("/srv/praktyki/.venv/bin/praktyki", str(programme)), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_stops_as_the_server_does_and_gives_no_rights() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(DEPLOY / "praktyki.service", encoding="utf-8")
    service = unit["Service"]
    # gunicorn ends within 30 seconds; systemd must not end it before.
    assert int(service["TimeoutStopSec"]) > 30
    assert (service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("yes", "")
    # Workers cut their network off with a namespace where they may, which this would forbid.
    assert "RestrictNamespaces" not in service


def test_every_setting_in_the_files_is_one() -> None:
    known = {setting.variable for setting in SETTINGS}
    for file in DEPLOY.iterdir():
        used = set(re.findall(r"PRAKTYKI_[A-Z_]+", file.read_text(encoding="utf-8")))
        assert used <= known, file.name


@pytest.mark.parametrize("name", ["compose.yaml", "praktyki.service"])
def test_the_proxy_is_believed_when_it_says_who_the_client_is(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert re.search(r'PRAKTYKI_WEB_TRUSTED_PROXIES[=:] *"?127\.0\.0\.1\b', text)
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in (DEPLOY / "nginx.conf").read_text(encoding="utf-8")


def test_nothing_of_nginx_s_own_answers_beside_us() -> None:
    assert "target: /etc/nginx/conf.d/default.conf\n" in (DEPLOY / "compose.yaml").read_text(encoding="utf-8")


def test_the_container_is_not_root_and_holds_no_data() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert [user for user in users if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)] == []
    assert users
    last = max(number for number, line in enumerate(lines) if line.startswith("FROM "))
    copied = [line for line in lines[last:] if line.startswith("COPY ")]
    assert copied == ["COPY --from=build /srv/praktyki/.venv /srv/praktyki/.venv"]
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert {"state", "releases", "harvest", ".git"} <= set(ignored)


def test_no_service_of_the_composition_has_rights_or_writes_outside_its_own_folders() -> None:
    services = re.split(r"^  (?=[a-z]+:$)", (DEPLOY / "compose.yaml").read_text(encoding="utf-8"), flags=re.MULTILINE)[
        1:
    ]
    assert [service.partition(":")[0] for service in services] == ["praktyki", "nginx"]
    for service in services:
        assert '\n    cap_drop: ["ALL"]\n' in service
        assert "\n    read_only: true\n" in service
        assert '\n    security_opt: ["no-new-privileges:true"]\n' in service
