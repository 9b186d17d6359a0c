"""The addresses that an application asks, as Mastodon has them."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.accounts.models import User
from vaandel.demo.models import PracticePost
from vaandel.demo.network import allowing, posting, speaking
from vaandel.demo.network.queries import newest_of, posts
from vaandel.demo.network.views.asking import (
    asked_by_applications,
    bearer_of,
    refused,
    said,
    with_token,
)
from vaandel.demo.network.views.asking import word as word_of

MOST_AT_ONCE = 40


@asked_by_applications
@require_safe
def metadata(_request: HttpRequest) -> JsonResponse:
    return JsonResponse(speaking.about_connecting())


@asked_by_applications
@require_safe
def instance(_request: HttpRequest) -> JsonResponse:
    return JsonResponse(speaking.about_server())


@asked_by_applications
@require_POST
def apps(request: HttpRequest) -> JsonResponse:
    fields = said(request)
    redirect_uri = word_of(fields, "redirect_uris")
    client_id, secret = allowing.register(redirect_uri)
    return JsonResponse(
        {
            "name": word_of(fields, "client_name"),
            "redirect_uri": redirect_uri,
            "client_id": client_id,
            "client_secret": secret,
        }
    )


@asked_by_applications
@require_POST
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    fields = said(request)
    client_id = word_of(fields, "client_id")
    allowing.check_app(client_id, word_of(fields, "redirect_uri"))
    allowing.check_secret(client_id, word_of(fields, "client_secret"))
    given, scope = allowing.token_for(
        word_of(fields, "code"), client_id=client_id, verifier=word_of(fields, "code_verifier")
    )
    return JsonResponse(
        {
            "access_token": given,
            "token_type": "Bearer",
            "scope": scope,
            "created_at": int(time.time()),
        }
    )


@asked_by_applications
@require_POST
def revoke(request: HttpRequest) -> JsonResponse:
    fields = said(request)
    allowing.check_secret(word_of(fields, "client_id"), word_of(fields, "client_secret"))
    allowing.take_back(word_of(fields, "token"))
    return JsonResponse({})


@asked_by_applications
@require_safe
@with_token
def verify_credentials(_request: HttpRequest, person: User) -> JsonResponse:
    return JsonResponse(speaking.account(person))


@asked_by_applications
@require_POST
@with_token
def publish(request: HttpRequest, person: User) -> JsonResponse:
    fields, now = said(request), timezone.now()
    post = posting.make_post(
        author=person,
        text=word_of(fields, "status"),
        language=word_of(fields, "language"),
        key=request.headers.get("Idempotency-Key", "").replace("\0", ""),
        pictures=_ids(fields),
        at=now,
    )
    return JsonResponse(speaking.status(post, now=now))


@asked_by_applications
@require_http_methods(["GET", "HEAD", "PUT", "DELETE"])
def status(request: HttpRequest, post_id: int) -> JsonResponse:
    post = posts().filter(pk=post_id).first()
    if post is None:
        return refused(404, "Record not found")
    if request.method not in {"PUT", "DELETE"}:
        return JsonResponse(speaking.status(post, now=timezone.now()))
    person = bearer_of(request)
    if person is None:
        return refused(401, "The access token is invalid")
    if post.author != person:
        return refused(404, "Record not found")
    if request.method == "DELETE":
        return _deleted(post)
    return _changed(post, said(request))


@asked_by_applications
@require_safe
def statuses(request: HttpRequest, user_id: int) -> JsonResponse:
    person = get_object_or_404(User, pk=user_id)
    asked = request.GET.get("limit", "20")
    most = int(asked) if asked.isdecimal() and len(asked) < 4 else 20
    now = timezone.now()
    found = [speaking.status(post, now=now) for post in newest_of(person, min(most, MOST_AT_ONCE))]
    return JsonResponse(found, safe=False)


@asked_by_applications
@require_POST
@with_token
def media(request: HttpRequest, person: User) -> JsonResponse:
    file = request.FILES.get("file")
    if file is None:
        return refused(422, "Validation failed: File can't be blank")
    alt = request.POST.get("description", "").replace("\0", "")
    picture = posting.add_picture(author=person, content=file.read(), alt=alt)
    return JsonResponse(speaking.media(picture))


def _deleted(post: PracticePost) -> JsonResponse:
    told = {**speaking.status(post, now=timezone.now()), "text": post.text}
    posting.delete_post(post)
    return JsonResponse(told)


def _changed(post: PracticePost, fields: dict[str, Any]) -> JsonResponse:
    now = timezone.now()
    posting.change_post(post=post, text=word_of(fields, "status"), pictures=_ids(fields), at=now)
    return JsonResponse(speaking.status(posts().get(pk=post.pk), now=now))


def _ids(fields: dict[str, Any]) -> list[str]:
    found = fields.get("media_ids")
    return [str(each) for each in found] if isinstance(found, list) else []
