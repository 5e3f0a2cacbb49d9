"""Bodies of bulk jobs and deletion requests, parsed as strictly as the single calls.

Shapes are `ProfileImportJobCreateQuery`, `EventsBulkCreateJob` and
`DataPrivacyCreateDeletionJobQuery` of the published OpenAPI. The rows of a profile
import stay unread here: a bad one does not fail the job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, JsonValue

from marketing_agent.sandbox.klaviyo.bodies import (
    Email,
    Part,
    Phone,
    ProfileAttributes,
    ProfileMeta,
    property_edit,
)
from marketing_agent.sandbox.klaviyo.event_bodies import (
    EventFacts,
    EventProfile,
    event_draft,
)
from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.events import EventDraft
    from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit

MAXIMUM_BULK_BYTES = 5_000_000
MAXIMUM_PROFILES = 10_000
MAXIMUM_EVENTS = 1_000


class RowAttributes(ProfileAttributes):
    """What a row says about a profile."""

    kx: str | None = Field(default=None, alias="_kx")

    def identifiers(self) -> dict[str, str]:
        """Tell the identifiers, `_kx` first."""
        found = super().identifiers()
        return {"_kx": self.kx, **found} if self.kx else found


class ProfileRow(Part):
    """One row of a profile import."""

    type: Literal["profile"]
    id: str | None = None
    attributes: RowAttributes
    meta: ProfileMeta | None = None

    def property_edit(self) -> PropertyEdit:
        """Tell what the row does to the custom properties; raises NotEmulated."""
        return property_edit(self.attributes, self.meta)


class ProfileRows(Part):
    """The rows, unread."""

    data: Annotated[list[JsonValue], Field(min_length=1, max_length=MAXIMUM_PROFILES)]


class ProfileImportAttributes(Part):
    """The job's profiles."""

    profiles: ProfileRows


class ListReference(Part):
    """A list by id."""

    type: Literal["list"]
    id: str


class ListReferences(Part):
    """Lists by id."""

    data: list[ListReference]


class ProfileImportRelationships(Part):
    """Where the profiles are put."""

    lists: ListReferences | None = None


class ProfileImportData(Part):
    """The job's resource."""

    type: Literal["profile-bulk-import-job"]
    attributes: ProfileImportAttributes
    relationships: ProfileImportRelationships | None = None


class ProfileImportCreate(Part):
    """Body of `POST /api/profile-bulk-import-jobs`."""

    data: ProfileImportData

    def list_ids(self) -> tuple[str, ...]:
        """Tell the lists that the profiles are put on."""
        relationships = self.data.relationships
        lists = relationships.lists if relationships else None
        return tuple(each.id for each in lists.data) if lists else ()


class BulkEventData(Part):
    """One event of a profile."""

    type: Literal["event"]
    attributes: EventFacts


class BulkEvents(Part):
    """Events of one profile."""

    data: Annotated[list[BulkEventData], Field(min_length=1)]


class BulkEntryAttributes(Part):
    """A profile and what it did."""

    profile: EventProfile
    events: BulkEvents
    backfill: bool | None = None


class BulkEntry(Part):
    """A profile's resource in a bulk job."""

    type: Literal["event-bulk-create"]
    attributes: BulkEntryAttributes


class BulkEntries(Part):
    """Everyone's events."""

    data: Annotated[list[BulkEntry], Field(min_length=1)]


class BulkEventJobAttributes(Part):
    """What the job brings."""

    entries: BulkEntries = Field(alias="events-bulk-create")


class BulkEventJobData(Part):
    """The job's resource."""

    type: Literal["event-bulk-create-job"]
    attributes: BulkEventJobAttributes


class BulkEventCreate(Part):
    """Body of `POST /api/event-bulk-create-jobs`."""

    data: BulkEventJobData

    def drafts(self) -> list[EventDraft]:
        """Give the events as our state takes them.

        Raises:
            NotEmulated: one patches a profile's properties or identifiers.
            Invalid: there are too many.

        """
        drafts = [
            event_draft(
                event.attributes,
                entry.attributes.profile.data,
                backfill=bool(event.attributes.backfill or entry.attributes.backfill),
            )
            for entry in self.data.attributes.entries.data
            for event in entry.attributes.events.data
        ]
        if len(drafts) > MAXIMUM_EVENTS:
            raise Invalid(f"A job takes at most {MAXIMUM_EVENTS} events.")
        return drafts


class DeletionAttributes(Part):
    """Whom to delete, by an address."""

    email: Email | None = None
    phone_number: Phone | None = None


class DeletionProfile(Part):
    """Whom to delete."""

    type: Literal["profile"]
    id: str | None = None
    attributes: DeletionAttributes


class DeletionProfileData(Part):
    """The profile's resource."""

    data: DeletionProfile


class DeletionJobAttributes(Part):
    """Whom the request is about."""

    profile: DeletionProfileData


class DeletionJobData(Part):
    """The request's resource."""

    type: Literal["data-privacy-deletion-job"]
    attributes: DeletionJobAttributes


class DeletionCreate(Part):
    """Body of `POST /api/data-privacy-deletion-jobs`."""

    data: DeletionJobData

    def identifier(self) -> tuple[str, str]:
        """Tell the one identifier that is given, by name and value.

        Raises:
            Invalid: it is none, or more than one.

        """
        profile = self.data.attributes.profile.data
        named = {
            "id": profile.id,
            "email": profile.attributes.email,
            "phone_number": profile.attributes.phone_number,
        }
        given = [(name, value) for name, value in named.items() if value]
        if len(given) != 1:
            raise Invalid("Exactly one of id, email and phone_number is needed.")
        return given[0]
