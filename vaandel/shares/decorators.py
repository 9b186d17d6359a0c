"""One view for two doors: who signed in, and who comes from a mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from vaandel.organizations.decorators import MemberRequest, MemberView, member_required
from vaandel.organizations.tenancy import every_tenant, tenant_scope
from vaandel.shares.access import (
    Door,
    LinkOver,
    door_by_mail,
    door_to_post,
    door_to_share,
    publication_for,
)
from vaandel.shares.models import Publication

P = ParamSpec("P")
DoorView = Callable[Concatenate[HttpRequest, Door, P], HttpResponseBase]


def post_door(view: DoorView[P]) -> Callable[..., HttpResponseBase]:
    """Below ``/o/<org>/posts/<post_id>/``."""

    @wraps(view)
    def come_in(
        request: MemberRequest, post_id: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        return view(request, door_to_post(request.member, post_id), *args, **kwargs)

    return member_required(cast("MemberView[Concatenate[int, P]]", come_in))


def share_door(view: DoorView[Concatenate[int, P]]) -> Callable[..., HttpResponseBase]:
    """Below ``/o/<org>/shares/<share_id>/``."""

    @wraps(view)
    def come_in(
        request: MemberRequest, share_id: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        door = door_to_share(request.member, share_id)
        return view(request, door, share_id, *args, **kwargs)

    return member_required(cast("MemberView[Concatenate[int, P]]", come_in))


def publication_door(
    view: Callable[Concatenate[MemberRequest, Publication, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Below ``/o/<org>/planned/<publication_id>/``, for who signed in only."""

    @wraps(view)
    def come_in(
        request: MemberRequest, publication_id: int, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        publication = publication_for(request.member, publication_id)
        return view(request, publication, *args, **kwargs)

    return member_required(cast("MemberView[Concatenate[int, P]]", come_in))


def mail_door(view: DoorView[...]) -> Callable[..., HttpResponseBase]:
    """Below ``/p/<token>/``: the token says who it is, so nobody else can post with it.

    That is why the CSRF check is not needed here, and programs that refuse cookies can
    share as well. The address is a key: it is not handed on to other sites or kept.
    """

    @csrf_exempt
    @wraps(view)
    def come_in(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with every_tenant():
                door = door_by_mail(token, timezone.now())
        except LinkOver:
            return _kept_private(_over(request))
        user = door.member.user
        with (
            tenant_scope(door.organization.pk),
            translation.override(user.language),
            timezone.override(ZoneInfo(user.time_zone)),
        ):
            return _kept_private(view(request, door, *args, **kwargs))

    return come_in


def _over(request: HttpRequest) -> HttpResponse:
    return render(
        request, "shares/personal_over.html", {"sign_in": reverse("account_login")}, status=410
    )


def _kept_private(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "private, no-store"
    return response
