"""Debian's nginx and Apache on a folder of files, as an office would run them; each ends with its block."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATHS = f"{os.environ['PATH']}:/usr/sbin"
PACKAGES = {"nginx": ("nginx", "nginx-light"), "apache": ("apache2", "apache2-bin")}
_NGINX = """
daemon off;
{user}
pid {own}/nginx.pid;
error_log {own}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {own}/body;
    proxy_temp_path {own}/proxy;
    fastcgi_temp_path {own}/fastcgi;
    uwsgi_temp_path {own}/uwsgi;
    scgi_temp_path {own}/scgi;
    include {files}/nginx-http.conf;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        include {files}/nginx-server.conf;
    }}
}}
"""
_APACHE = """
ServerRoot {own}
ServerName 127.0.0.1
Listen 127.0.0.1:{port}
PidFile {own}/apache.pid
ErrorLog {own}/error.log
Mutex file:{own}
{modules}
TypesConfig /dev/null
DocumentRoot {root}
<Directory {root}>
  AllowOverride All
  Require all granted
</Directory>
"""
_MODULES = ["mpm_event", "authz_core", "mime", "dir", "autoindex", "negotiation", "headers", "rewrite"]


@contextmanager
def running(kind: str, root: Path, files: Path, port: int) -> Iterator[None]:
    """The server with this document root, configured by the export in ``files``; skips where there is none."""
    program, package = PACKAGES[kind]
    found = shutil.which(program, path=PATHS)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must have {program} (package {package})")
        pytest.skip(f"{program} is not installed (package {package})")
    own = root.parent / kind
    own.mkdir(exist_ok=True)
    config = own / "main.conf"
    if kind == "nginx":
        user = "user root;" if os.getuid() == 0 else ""
        config.write_text(_NGINX.format(own=own, root=root, files=files, port=port, user=user))
        command = [found, "-p", str(own), "-e", f"{own}/error.log", "-c", str(config)]
    else:
        loaded = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in _MODULES)
        config.write_text(_APACHE.format(own=own, root=root, port=port, modules=loaded))
        command = [found, "-X", "-f", str(config)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, port, own / "error.log")
            yield
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server did not start: {log.read_text() if log.exists() else ''}")
