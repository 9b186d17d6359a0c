"""Organisations, their units and members, invitations, imports of people, and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.tenancy import TenantModel


class Role(models.TextChoices):
    """What somebody may do. A person can have several roles."""

    OWNER = "OWNER", _("Programme owner")
    EDITOR = "EDITOR", _("Editor")
    APPROVER = "APPROVER", _("Approver")
    COACH = "COACH", _("Coach")
    SPONSOR = "SPONSOR", _("Sponsor")
    WORKS_COUNCIL = "WORKS_COUNCIL", _("Works council")
    AMBASSADOR = "AMBASSADOR", _("Ambassador")


class Organization(models.Model):
    """A tenant of this installation."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name in addresses"), max_length=50, unique=True)
    website = models.URLField(_("website"), blank=True)
    country = models.CharField(_("country"), max_length=2, default="NL")
    language = models.CharField(_("language"), max_length=5, default="nl")
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Amsterdam")
    logo = models.ImageField(upload_to="logos/", blank=True)
    signup_domains = models.JSONField(_("mail domains that may sign up"), default=list, blank=True)
    colleagues_may_invite = models.BooleanField(default=True)
    # Hosts that posts and links may lead to, as `destinations` writes them; empty: anywhere.
    destinations = models.JSONField(default=list, blank=True)
    # What the programme expects of people, for the mails of this room. The room above it
    # writes it together with the programme.
    expectation = models.TextField(blank=True)
    # The colour of buttons in mails, "#0b5862"; "" is Vaandel's own. Contrast is guarded there.
    colour = models.CharField(_("colour"), max_length=7, blank=True)
    # Where an answer to a mail arrives; "" is the programme owner's address.
    reply_to = models.EmailField(_("answers go to"), max_length=254, blank=True)
    # There is or was a topic with rules: approvals and what is shared about it are kept.
    keeps_archive = models.BooleanField(default=False)
    # While it is stopped nothing is asked, mailed or posted in its name.
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} {self.slug}"


class Unit(TenantModel):
    """A department or site; units form a tree."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    name = models.CharField(_("name"), max_length=120)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "parent", "name"], name="unit_name_once_under_its_parent"
            ),
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=models.Q(parent=None),
                name="unit_name_once_at_the_top",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Employment(models.TextChoices):
    EMPLOYEE = "EMPLOYEE", _("Employee")
    INTERN = "INTERN", _("Intern")
    FREELANCE = "FREELANCE", _("Freelancer")
    RETIRED = "RETIRED", _("Retired colleague")


class Member(TenantModel):
    """A person in an organisation. ``status`` is written by ``services`` only."""

    class Status(models.TextChoices):
        ACTIVE = "ACTIVE", _("Active")
        LEFT = "LEFT", _("Left")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL)
    job_title = models.CharField(_("function"), max_length=120, blank=True)
    employment = models.CharField(
        max_length=12, choices=Employment.choices, default=Employment.EMPLOYEE
    )
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    is_owner = models.BooleanField(default=False)
    is_editor = models.BooleanField(default=False)
    is_approver = models.BooleanField(default=False)
    is_coach = models.BooleanField(default=False)
    is_sponsor = models.BooleanField(default=False)
    is_works_council = models.BooleanField(default=False)
    is_ambassador = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "user"], name="member_once_per_organization"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "status", "unit"], name="member_by_unit"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} member {self.user_id} of {self.organization_id}"

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role in Role if getattr(self, f"is_{role.value.lower()}"))

    def has_role(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def can_manage(self) -> bool:
        """People, topics and settings."""
        return self.is_owner

    @property
    def can_edit(self) -> bool:
        """Posts and sources."""
        return self.is_owner or self.is_editor

    @property
    def can_approve(self) -> bool:
        return self.is_owner or self.is_approver

    @property
    def can_see_programme(self) -> bool:
        """The programme's figures, which never speak of one person."""
        return self.has_role(
            Role.OWNER, Role.EDITOR, Role.APPROVER, Role.COACH, Role.SPONSOR, Role.WORKS_COUNCIL
        )

    @property
    def in_studio(self) -> bool:
        return self.can_edit or self.can_approve


class Invitation(TenantModel):
    """Somebody was asked to join. The row never tells whether they said no.

    A row is also written when no mail goes out, because the person asked not to be asked or
    takes part already: nobody can tell them from the rest. ``mail_pending`` is work for the
    worker.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    from_colleague = models.BooleanField(default=False)
    personal_note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    mail_pending = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                condition=models.Q(mail_pending=True),
                name="invitation_mail_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} invitation of member {self.member_id}"

    def is_open(self, at: datetime) -> bool:
        """Whether the link in the mail still leads somewhere."""
        return self.revoked_at is None and self.expires_at > at


class DoNotAsk(TenantModel):
    """Somebody who said "no, thanks", kept as a keyed digest only, so that nobody can list them."""

    address_digest = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "address_digest"], name="do_not_ask_once_per_address"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} do not ask"


class MemberImport(TenantModel):
    """A list of people from a file: previewed, checked, then written in one transaction."""

    class State(models.TextChoices):
        UPLOADED = "UPLOADED", _("Uploaded")
        READY = "READY", _("Checked")
        QUEUED = "QUEUED", _("Waiting")
        RUNNING = "RUNNING", _("Busy")
        DONE = "DONE", _("Done")
        FAILED = "FAILED", _("Failed")

    uploaded_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    file = models.FileField(upload_to="imports/")
    filename = models.CharField(max_length=200)
    columns = models.JSONField(default=dict)
    errors = models.JSONField(default=list)
    invite = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.filename}"


class AuditEntry(TenantModel):
    """Who did what, when. Written in the same transaction as the change itself."""

    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["organization", "-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.action}"
