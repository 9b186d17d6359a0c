"""What people shared themselves: a text, a channel, a link of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.ambassadors.models import Enrolment
from vaandel.channels.models import ConnectedAccount
from vaandel.links.models import Link
from vaandel.organizations.models import Member
from vaandel.organizations.tenancy import TenantModel
from vaandel.posts.models import Angle, Post


class Share(TenantModel):
    """Somebody opened a network's dialog with this text. ``state`` is written by ``services`` only.

    A dialog never tells us whether it was posted: only the person does. A share with a
    ``publication`` was posted through the network's own interface, which does tell.
    When an account is deleted the share stays for the count, without person and text.
    """

    class State(models.TextChoices):
        OPENED = "OPENED", _("Dialog opened")
        CONFIRMED = "CONFIRMED", _("Posted")
        NOT_POSTED = "NOT_POSTED", _("Not posted")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="shares")
    enrolment = models.ForeignKey(
        Enrolment, null=True, on_delete=models.SET_NULL, related_name="shares"
    )
    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="share")
    press = models.UUIDField(unique=True)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    instance = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    disclosure = models.CharField(max_length=300, blank=True)
    disclosure_rule = models.CharField(max_length=40, blank=True)
    disclosure_offered = models.CharField(max_length=300, blank=True)
    # What rules of law make a text end with; it stays as it was when the topic changes.
    risk_line = models.TextField(blank=True, default="")
    angle = models.ForeignKey(Angle, null=True, blank=True, on_delete=models.SET_NULL)
    edited_share = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPENED)
    opened_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    ask_again_at = models.DateTimeField(null=True, blank=True)
    permalink = models.URLField(max_length=500, blank=True)
    views = models.PositiveIntegerField(null=True, blank=True)
    reactions = models.PositiveIntegerField(null=True, blank=True)
    comments = models.PositiveIntegerField(null=True, blank=True)
    numbers_typed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "post"], name="share_of_post"),
            models.Index(fields=["enrolment", "-opened_at"], name="share_of_person"),
            models.Index(fields=["organization", "-opened_at"], name="share_newest"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.channel}"


class Reservation(TenantModel):
    """A short link made while somebody is writing, so that it is known before the press.

    The text may leave the page in the same moment; the link in it must work even when our
    own request is lost. ``services`` deletes the row when its link becomes a share.
    """

    press = models.UUIDField(unique=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    link = models.OneToOneField(Link, on_delete=models.CASCADE, related_name="reservation")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["created_at"], name="reservation_oldest")]

    def __str__(self) -> str:
        return f"#{self.pk} reservation"


class Reminder(TenantModel):
    """Somebody wants to share a post later and asked for a mail at that moment."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="reminders")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "post"],
                condition=models.Q(sent_at=None),
                name="one_waiting_reminder_per_post",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["sent_at", "at"], name="reminder_due")]

    def __str__(self) -> str:
        return f"#{self.pk} reminder"


class PersonalLink(TenantModel):
    """Lets one person share one post from a mail, without signing in, until it ends."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "post"], name="personal_link_once_per_post"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} personal link"


class Publication(TenantModel):
    """A text that somebody saw and sent, on its way to their own account at a network.

    Now or at ``due_at``, their own choice. ``state`` is written by ``publishing`` only:
    ``armed -> sending -> published | rejected | unknown``. What is ``unknown`` may be on the
    network, and is never sent again without the network's own evidence that it is not.
    ``ASKING`` waits for the person: what they saw has changed, or its moment has long passed.
    ``seen_digest`` is of everything they saw; ``memory`` is what the adapter must know again
    (a record key, an idempotency key, a container), stored before the network is asked.
    ``share`` exists from the moment that it is published, so that nothing is counted before.
    """

    class State(models.TextChoices):
        ARMED = "ARMED", _("Planned")
        SENDING = "SENDING", _("Being posted")
        PUBLISHED = "PUBLISHED", _("Posted")
        REJECTED = "REJECTED", _("Not posted")
        UNKNOWN = "UNKNOWN", _("Not certain")
        ASKING = "ASKING", _("Waits for you")
        CANCELLED = "CANCELLED", _("Cancelled")
        DELETED = "DELETED", _("Taken down again")

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="publications")
    enrolment = models.ForeignKey(
        Enrolment, null=True, on_delete=models.SET_NULL, related_name="publications"
    )
    account = models.ForeignKey(
        ConnectedAccount, null=True, on_delete=models.SET_NULL, related_name="publications"
    )
    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="publication")
    share = models.OneToOneField(
        Share, null=True, blank=True, on_delete=models.CASCADE, related_name="publication"
    )
    press = models.UUIDField(unique=True)
    channel = models.CharField(max_length=20)
    handle = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5)
    text = models.TextField(blank=True)
    disclosure = models.CharField(max_length=300, blank=True)
    disclosure_rule = models.CharField(max_length=40, blank=True)
    disclosure_offered = models.CharField(max_length=300, blank=True)
    # What rules of law make a text end with; it stays as it was when the topic changes.
    risk_line = models.TextField(blank=True, default="")
    angle = models.ForeignKey(
        Angle, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited_share = models.FloatField(null=True, blank=True)
    seen_digest = models.CharField(max_length=64)
    with_card = models.BooleanField(default=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ARMED)
    problem = models.CharField(max_length=60, blank=True)
    problem_detail = models.CharField(max_length=500, blank=True)
    planned = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    checks = models.PositiveSmallIntegerField(default=0)
    memory = models.JSONField(default=dict, blank=True)
    remote_id = models.CharField(max_length=200, blank=True)
    permalink = models.URLField(max_length=500, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try_at"], name="publication_due"),
            models.Index(fields=["enrolment", "-due_at"], name="publication_of_person"),
            models.Index(fields=["post", "state"], name="publication_of_post"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.channel} {self.state}"


class NetworkFigures(TenantModel):
    """What a network says of one post of a person: the latest figures, their source and moment.

    None is "not available", which is not nought. Only the person sees these of one post.
    ``gone_at``: the network says that the post is not there any more.
    """

    share = models.OneToOneField(Share, on_delete=models.CASCADE, related_name="network_figures")
    source = models.CharField(max_length=40)
    views = models.PositiveIntegerField(null=True, blank=True)
    reactions = models.PositiveIntegerField(null=True, blank=True)
    comments = models.PositiveIntegerField(null=True, blank=True)
    reposts = models.PositiveIntegerField(null=True, blank=True)
    quotes = models.PositiveIntegerField(null=True, blank=True)
    saves = models.PositiveIntegerField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    next_read_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    reads = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["next_read_at"], name="figures_due")]

    def __str__(self) -> str:
        return f"#{self.pk} figures of share {self.share_id}"


class TextBand(TenantModel):
    """A band of the fingerprint of a shared text. Alike texts have bands in common, so that the
    few that may be alike are found among thousands by an index."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="+")
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="+")
    digest = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [models.Index(fields=["post", "digest"], name="band_of_post")]

    def __str__(self) -> str:
        return f"#{self.pk} band"


class TextRequest(TenantModel):
    """A text of somebody's own for a regulated post, which a second person looks at first.

    ``text`` is what may be shared once approved, to the letter.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Not approved")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    enrolment = models.ForeignKey(
        Enrolment, null=True, on_delete=models.SET_NULL, related_name="text_requests"
    )
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="text_requests")
    angle = models.ForeignKey(
        Angle, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=5)
    text = models.TextField()
    text_digest = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "state", "created_at"], name="text_request_due"),
            models.Index(fields=["post", "text_digest"], name="text_request_of_post"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} text for post {self.post_id}"
