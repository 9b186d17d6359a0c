"""Taking part: enrolment, followed topics, rhythm, consents, the networks somebody uses."""

from __future__ import annotations

from datetime import date, time
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantManager, TenantModel, TenantQuerySet
from vaandel.programmes.models import Programme, Topic


def working_week() -> list[int]:
    return [0, 1, 2, 3, 4]


class Rhythm(models.TextChoices):
    WEEKLY = "WEEKLY", _("Every week")
    FORTNIGHTLY = "FORTNIGHTLY", _("Every two weeks")
    MONTHLY = "MONTHLY", _("Every month")
    IN_APP = "IN_APP", _("Only in the app")


class EnrolmentQuerySet(TenantQuerySet["Enrolment"]):
    def active(self, on: date) -> EnrolmentQuerySet:
        """Who takes part on this day: joined, or paused until a day that has come."""
        return self.filter(
            models.Q(state=Enrolment.State.JOINED)
            | models.Q(state=Enrolment.State.PAUSED, paused_until__lte=on)
        )


class Enrolment(TenantModel):
    """A member in a programme. ``state`` is written by ``services`` only."""

    class State(models.TextChoices):
        INVITED = "INVITED", _("Invited")
        JOINED = "JOINED", _("Joined")
        PAUSED = "PAUSED", _("Paused")
        LEFT = "LEFT", _("Left")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="enrolments")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="enrolments")
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    topics = models.ManyToManyField(Topic, related_name="followers", blank=True)
    languages = models.JSONField(default=list, blank=True)
    rhythm = models.CharField(max_length=12, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    invited_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    mail_nonce = models.PositiveIntegerField(default=0)
    # When they last said how often they want to hear of us, or that we may go on.
    heard_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = TenantManager.from_queryset(EnrolmentQuerySet)()  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "member"], name="enrolled_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "programme", "state"], name="enrolment_by_state"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} enrolment of member {self.member_id}"

    def takes_part(self, on: date) -> bool:
        if self.state == self.State.PAUSED:
            return self.paused_until is not None and self.paused_until <= on
        return self.state == self.State.JOINED


class Purpose(models.TextChoices):
    """What a consent is for. Each one stands alone, is off by default, and can be taken back."""

    THANKS_BY_NAME = "THANKS_BY_NAME", _("Thank me by name where colleagues can read it")
    OWN_STORY_OUTSIDE = "OWN_STORY_OUTSIDE", _("Use my own story and portrait outside")
    RESULT_MAILS = "RESULT_MAILS", _("Mail me what my posts brought")


class Consent(TenantModel):
    """One opt-in, with the version of the text that was shown. The log is the rows themselves."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    text_version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.purpose}"


class Bracket(models.TextChoices):
    """How many people follow or know somebody on a network; a bracket, never an exact number."""

    UP_TO_100 = "0-100", _("up to 100")
    UP_TO_300 = "100-300", _("100 to 300")
    UP_TO_700 = "300-700", _("300 to 700")
    UP_TO_1500 = "700-1500", _("700 to 1,500")
    MORE = "1500-5000", _("more than 1,500")


class ChannelUse(TenantModel):
    """A network that somebody uses, and if they like its size for themselves alone."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="channels")
    channel = models.CharField(max_length=20)
    bracket = models.CharField(max_length=12, choices=Bracket.choices, blank=True)
    instance = models.CharField(max_length=120, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "channel"], name="channel_used_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.channel}"


class QuietHours(TenantModel):
    """When somebody may be written to. Nobody else can change it, and no row means the default.

    ``days`` are the weekdays with open hours, Monday is 0. Between ``opens`` and ``closes``,
    in the person's own time zone, mails may come; on public holidays of ``country`` (and its
    ``subdivision``, "" for the whole country) they do not, unless ``holidays`` is off.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="quiet_hours"
    )
    opens = models.TimeField(default=time(8))
    closes = models.TimeField(default=time(18))
    days = models.JSONField(default=working_week)
    holidays = models.BooleanField(default=True)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} quiet hours"


class Leave(TenantModel):
    """Days off, first and last day included. What they are for is not kept."""

    class Source(models.TextChoices):
        TYPED = "TYPED", _("Typed in")
        CALENDAR = "CALENDAR", _("From your calendar")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="leaves")
    first_day = models.DateField()
    last_day = models.DateField()
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.TYPED)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["enrolment", "last_day"], name="leave_of_person")]

    def __str__(self) -> str:
        return f"#{self.pk} leave"


class LeaveCalendar(TenantModel):
    """The address of somebody's own calendar, encrypted; only whole days off are read from it.

    ``last_error`` is a ``leave_calendars.problems.Problem``; ``failures`` counts those since the
    last success. ``read_whole_at`` is when it was last read from beginning to end, and not just
    found unchanged.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="leave_calendar"
    )
    address = models.TextField()
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_whole_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    next_read_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["next_read_at"], name="leave_calendar_due")]

    def __str__(self) -> str:
        return f"#{self.pk} leave calendar"
