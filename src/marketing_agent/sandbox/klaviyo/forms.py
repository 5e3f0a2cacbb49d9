"""The account's sign-up forms and their versions."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from marketing_agent.sandbox.klaviyo.refusals import NotFound

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from marketing_agent.sandbox.klaviyo.form_building import Definition, Part
    from marketing_agent.sandbox.klaviyo.identifiers import Mint

FormStatus: TypeAlias = Literal["draft", "live"]
_FORM_TYPES = {"full_screen": "full_page"}
"""The form-version resource has another word for one of the version types."""
_NESTED = ("columns", "rows", "blocks")
_FIRST_VERSION = 1_000_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form. Times are aware UTC, cut to seconds."""

    id: str
    name: str
    status: FormStatus
    definition: Definition
    created_at: datetime
    updated_at: datetime

    @property
    def versions(self) -> list[Part]:
        """The versions, as in the definition."""
        versions: list[Part] = self.definition["versions"]
        return versions

    @property
    def ab_test(self) -> bool:
        """Whether several versions are being tested against each other."""
        return any(version.get("ab_test") for version in self.versions)

    @property
    def live(self) -> Part | None:
        """The version that visitors see, the first of those tested; none if none."""
        if self.status != "live":
            return None
        return next((v for v in self.versions if v.get("status") == "live"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormVersion:
    """A version as a resource of its own."""

    id: str
    form: Form
    form_type: str
    variation_name: str
    status: FormStatus
    ab_test: bool

    @property
    def created_at(self) -> datetime:
        """As the form."""
        return self.form.created_at

    @property
    def updated_at(self) -> datetime:
        """As the form."""
        return self.form.updated_at


class Forms:
    """The forms; every method may be called from any thread."""

    def __init__(
        self, mint: Mint, clock: Callable[[], datetime], lock: threading.RLock
    ) -> None:
        self._mint = mint
        self._clock = clock
        self._lock = lock
        self._forms: dict[str, Form] = {}
        self._last_version = _FIRST_VERSION

    def add(
        self,
        name: str,
        *,
        definition: Definition,
        form_id: str | None = None,
        status: FormStatus = "live",
    ) -> str:
        """Make a form and return its id. A draft form has draft versions only."""
        with self._lock:
            at = self._clock().replace(microsecond=0)
            form = Form(
                id=form_id or self._mint.short_id(6),
                name=name,
                status=status,
                definition=self._stored(definition, status),
                created_at=at,
                updated_at=at,
            )
            self._forms[form.id] = form
            return form.id

    def edit(
        self,
        form_id: str,
        definition: Definition | None = None,
        *,
        name: str | None = None,
        status: FormStatus | None = None,
    ) -> None:
        """Change a form as the editor does; the definition replaces the stored one.

        Raises:
            NotFound: there is no such form.

        """
        with self._lock:
            form = self.get(form_id)
            after = status or form.status
            self._forms[form_id] = replace(
                form,
                name=name or form.name,
                status=after,
                definition=self._stored(definition or form.definition, after),
                updated_at=self._clock().replace(microsecond=0),
            )

    def remove(self, form_id: str) -> None:
        """Delete a form.

        Raises:
            NotFound: there is no such form.

        """
        with self._lock:
            del self._forms[self.get(form_id).id]

    def get(self, form_id: str) -> Form:
        """Give a form.

        Raises:
            NotFound: there is none, or no longer.

        """
        form = self._forms.get(form_id)
        if form is None:
            raise NotFound(f"A form with id {form_id} does not exist.")
        return form

    def all(self) -> tuple[Form, ...]:
        """List the forms, oldest first."""
        with self._lock:
            return tuple(self._forms.values())

    def versions(self, form_id: str) -> tuple[FormVersion, ...]:
        """List a form's versions.

        Raises:
            NotFound: there is no such form.

        """
        form = self.get(form_id)
        return tuple(_version(form, version) for version in form.versions)

    def version(self, version_id: str) -> FormVersion:
        """Give a version.

        Raises:
            NotFound: there is none, or no longer.

        """
        every = (v for form in self.all() for v in self.versions(form.id))
        found = next((v for v in every if v.id == version_id), None)
        if found is None:
            raise NotFound(f"A form version with id {version_id} does not exist.")
        return found

    def _stored(self, definition: Definition, status: FormStatus) -> Definition:
        stored = copy.deepcopy(definition)
        for version in stored["versions"]:
            if version.get("id") is None:
                self._last_version += 1
                version["id"] = self._last_version
            if status == "draft":
                version["status"] = "draft"
            for part in parts(version):
                part.setdefault("id", self._mint.uuid())
        return stored


def parts(version: Part) -> Iterator[Part]:
    """Give everything in a version that can have an id: steps down to actions."""
    for step in version["steps"]:
        yield step
        yield from _below(step, _NESTED)


def _below(part: Part, levels: tuple[str, ...]) -> Iterator[Part]:
    for child in part.get(levels[0], ()) if levels else ():
        yield child
        yield from _below(child, levels[1:])
    action: Any = part.get("action")
    if action:
        yield action


def _version(form: Form, version: Part) -> FormVersion:
    kind: str = version.get("type", "popup")
    return FormVersion(
        id=str(version["id"]),
        form=form,
        form_type=_FORM_TYPES.get(kind, kind),
        variation_name=version.get("name") or form.name,
        status=version.get("status", "draft"),
        ab_test=bool(version.get("ab_test")),
    )
