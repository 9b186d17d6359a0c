"""A person who can sign in. What somebody is in an organisation stands in ``organizations``."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(
        self,
        email: str,
        password: str | None = None,
        *,
        name: str = "",
        language: str = "en",
        time_zone: str = "Europe/Amsterdam",
    ) -> User:
        """A new person. Without a password they sign in with a code by mail."""
        user = self.model(
            email=email.strip().lower(), name=name, language=language, time_zone=time_zone
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person, known by a mail address, in any number of organisations."""

    email = models.EmailField(_("mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Amsterdam")
    photo = models.ImageField(upload_to="people/", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Part of what every session is signed with: one more, and all of them have ended.
    session_round = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_mail_address"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.email}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "vaandel.accounts.session",
            f"{self.session_round}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    @property
    def first_name(self) -> str:
        """What we call somebody: the first word of the name, else the mail address' local part."""
        return self.name.split(" ", 1)[0] if self.name else self.email.split("@", 1)[0]

    @property
    def display_name(self) -> str:
        return self.name or self.email.split("@", 1)[0]

    @property
    def initials(self) -> str:
        words = self.display_name.replace("-", " ").split()
        ends = words[:1] + words[-1:] if len(words) > 1 else words
        return "".join(word[0] for word in ends).upper()
