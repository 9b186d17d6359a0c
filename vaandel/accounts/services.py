"""What can happen to an account."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from vaandel.accounts.models import User
from vaandel.accounts.pictures import cropped
from vaandel.mailing.services import queue_message
from vaandel.mailing.suppression import lift


@transaction.atomic
def find_or_create_user(
    *,
    email: str,
    name: str = "",
    language: str = "en",
    at: datetime,
    time_zone: str = "Europe/Amsterdam",
) -> User:
    """The account of this mail address, made when there is none.

    What somebody chose (name, language, time zone) is never overwritten; an empty name is
    filled in.
    """
    fresh = User(name=name, language=language, time_zone=time_zone, created_at=at)
    fresh.set_unusable_password()
    user, created = User.objects.get_or_create(
        email=email.strip().lower(),
        defaults={
            "name": name,
            "language": language,
            "time_zone": time_zone,
            "created_at": at,
            "password": fresh.password,
        },
    )
    if not created and name and not user.name:
        user.name = name
        user.save(update_fields=["name"])
    return user


@transaction.atomic
def end_sessions(*, user: User) -> None:
    """Sign somebody out everywhere, at once."""
    UserSession.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    user.refresh_from_db(fields=["session_round"])


PHOTO_SIZE = 256
MAIL_AGAIN = "mail_again"


@transaction.atomic
def save_profile(
    *,
    user: User,
    name: str,
    language: str,
    time_zone: str,
    photo: bytes | None = None,
    remove_photo: bool = False,
) -> User:
    """What somebody says about themselves. Raises ``NotAPicture`` before anything changes.

    Of a photo only a square of pixels is kept: no place, no camera, no time.
    """
    clean = cropped(photo, width=PHOTO_SIZE, height=PHOTO_SIZE) if photo else None
    old = user.photo.name
    user.name, user.language, user.time_zone = name, language, time_zone
    if clean is not None:
        user.photo.save("photo.jpg", ContentFile(clean), save=False)
    elif remove_photo:
        user.photo = ""
    user.save(update_fields=["name", "language", "time_zone", "photo"])
    if old and old != user.photo.name:
        transaction.on_commit(lambda: user.photo.storage.delete(old))
    return user


@transaction.atomic
def mail_again(*, user: User, at: datetime) -> bool:
    """Send mail to somebody again, a first one at once; False when it was sent all along."""
    if not lift(user.email):
        return False
    queue_message(
        key=f"mail_again:{user.pk}:{at:%Y%m%d%H%M%S}",
        kind=MAIL_AGAIN,
        template="accounts/mails/mail_again",
        context={"first_name": user.first_name if user.name else ""},
        to_address=user.email,
        to_name=user.name,
        language=user.language,
        time_zone=user.time_zone,
        person=user.pk,
        at=at,
    )
    return True


@transaction.atomic
def remove_password(*, user: User) -> None:
    """From now on only codes by mail and passkeys; the other sessions end."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
