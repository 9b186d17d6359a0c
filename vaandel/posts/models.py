"""What is offered to ambassadors: posts with angles and pictures, and what colleagues send in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaandel.organizations.models import Member, Unit
from vaandel.organizations.tenancy import TenantManager, TenantModel, TenantQuerySet
from vaandel.programmes.models import Programme, Topic


class MediaAsset(TenantModel):
    """A picture without metadata, in a few sizes made at upload.

    ``file`` is at most 1600 pixels a side, ``card`` 1200 by 630, ``thumbnail`` at most 800 a side;
    the first two are JPEG, which every mail program shows.
    """

    file = models.ImageField(upload_to="media/")
    card = models.ImageField(upload_to="media/", blank=True)
    thumbnail = models.ImageField(upload_to="media/", blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    alt = models.CharField(
        _("description for who cannot see the picture"), max_length=300, blank=True
    )
    source_url = models.URLField(max_length=2000, blank=True)
    uploaded_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} {self.file.name}"

    @property
    def card_url(self) -> str:
        return (self.card or self.file).url

    @property
    def thumbnail_url(self) -> str:
        return (self.thumbnail or self.file).url


class PostKind(models.TextChoices):
    LINK = "LINK", _("Link")
    TEXT = "TEXT", _("Text")
    IMAGE = "IMAGE", _("Pictures")
    VACANCY = "VACANCY", _("Vacancy")
    EVENT = "EVENT", _("Event")
    STORY = "STORY", _("Own story")
    DOCUMENT = "DOCUMENT", _("Document")


class CommercialClass(models.TextChoices):
    """Decides whether and how the employer must be named (domain: disclosure)."""

    PRODUCT = "PRODUCT", _("Product or offer")
    VACANCY = "VACANCY", _("Vacancy")
    NEWS = "NEWS", _("Culture or news")
    STORY = "STORY", _("Own story")


class Pace(models.TextChoices):
    """How soon people are offered a post once it is live."""

    NOW = "NOW", _("Everybody at once: it is news")
    SPREAD = "SPREAD", _("Spread over up to five working days")


class PostQuerySet(TenantQuerySet["Post"]):
    def live(self) -> PostQuerySet:
        return self.filter(state=Post.State.LIVE)

    def for_audience(self, member: Member, languages: Sequence[str]) -> PostQuerySet:
        """Posts meant for this member's unit and for one of these languages, or for everybody.

        ``languages`` empty: whatever the language.
        """
        meant = self.filter(
            models.Q(audience_units=None) | models.Q(audience_units=member.unit_id)
        ).distinct()
        if not languages:
            return meant
        return meant.filter(
            models.Q(audience_languages=[])
            | models.Q(language__in=languages)
            | models.Q(angles__language__in=languages)
        )


class Post(TenantModel):
    """A content item. ``state`` and ``version`` are written by ``services`` only."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        REVIEW = "REVIEW", _("In review")
        PLANNED = "PLANNED", _("Planned")
        LIVE = "LIVE", _("Live")
        EXPIRED = "EXPIRED", _("Finished")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="posts")
    kind = models.CharField(max_length=8, choices=PostKind.choices, default=PostKind.LINK)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("title"), max_length=200, blank=True)
    summary = models.TextField(_("in one or two sentences"), max_length=600, blank=True)
    body = models.TextField(blank=True)
    target_url = models.URLField(max_length=2000, blank=True)
    site_name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=5, default="nl")
    pictures = models.ManyToManyField(MediaAsset, through="PostPicture", related_name="posts")
    topics = models.ManyToManyField(Topic, related_name="posts")
    audience_units = models.ManyToManyField(Unit, blank=True, related_name="+")
    audience_languages = models.JSONField(default=list, blank=True)
    commercial_class = models.CharField(
        max_length=8, choices=CommercialClass.choices, default=CommercialClass.NEWS
    )
    facts_cleared = models.TextField(blank=True)
    no_facts = models.BooleanField(default=False)
    please_do = models.TextField(blank=True)
    please_do_not = models.TextField(blank=True)
    ask_whom = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    contact = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    pace = models.CharField(max_length=6, choices=Pace.choices, default=Pace.NOW)
    # Asked for outside the weekly digest, within quiet hours, at most twice a month a person.
    urgent = models.BooleanField(default=False)
    event_at = models.DateTimeField(null=True, blank=True)
    event_place = models.CharField(max_length=200, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        Member, null=True, on_delete=models.SET_NULL, related_name="posts_created"
    )
    reviewed_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    review_note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = TenantManager.from_queryset(PostQuerySet)()  # type: ignore[assignment]

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "state", "-published_at"], name="post_by_state"),
            models.Index(fields=["state", "publish_at"], name="post_due"),
            models.Index(fields=["updated_at"], name="post_changed"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"

    @property
    def is_live(self) -> bool:
        return self.state == self.State.LIVE

    @property
    def is_public_inside(self) -> bool:
        """Whether every colleague may see it: live, or live before."""
        return self.state in (self.State.LIVE, self.State.EXPIRED, self.State.WITHDRAWN)


class PostPicture(models.Model):
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="picture_rows")
    asset = models.ForeignKey(MediaAsset, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "asset"], name="picture_once_in_a_post"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} picture {self.asset_id} of {self.post_id}"


class PostDocument(TenantModel):
    """The PDF that a post is about. ``size`` in bytes."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="document")
    file = models.FileField(upload_to="documents/")
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Angle(TenantModel):
    """A start to write from. Gaps are written as three or more underscores."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="angles")
    language = models.CharField(max_length=5)
    text = models.CharField(max_length=400)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "language", "position"], name="angle_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.text[:30]}"


class Autosave(TenantModel):
    """What an editor typed and did not save yet, with the version it was typed on."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="autosaves")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    base_version = models.PositiveIntegerField()
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "member"], name="autosave_once_per_editor"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} autosave of {self.post_id}"


class Occasion(models.TextChoices):
    """What may have happened this week that is worth telling."""

    DELIVERED = "DELIVERED", _("A project delivered")
    VISIT = "VISIT", _("A customer visited")
    ANNIVERSARY = "ANNIVERSARY", _("An anniversary")
    LEARNED = "LEARNED", _("Something learnt")
    OTHER = "OTHER", _("Something else")


class Submission(TenantModel):
    """A colleague's own story or idea, waiting in the editors' inbox."""

    class State(models.TextChoices):
        NEW = "NEW", _("New")
        USED = "USED", _("Became a post")
        DISMISSED = "DISMISSED", _("Not used")

    member = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    occasion = models.CharField(max_length=12, choices=Occasion.choices)
    title = models.CharField(max_length=200)
    answers = models.JSONField(default=list)
    picture = models.ForeignKey(MediaAsset, null=True, blank=True, on_delete=models.SET_NULL)
    wants_to_read_along = models.BooleanField(default=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.NEW)
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"
