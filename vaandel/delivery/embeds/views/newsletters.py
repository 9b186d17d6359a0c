"""A piece of a newsletter: choose, look, copy."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from vaandel.delivery.embeds.forms import NewsletterForm
from vaandel.delivery.embeds.snippet import Snippet, snippet_of
from vaandel.delivery.everybody import OpenPost, open_posts
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role

OFFERED = 20
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' {public_url}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)

editors_only = role_required(Role.OWNER, Role.EDITOR)


@require_safe
@editors_only
def newsletter(request: MemberRequest) -> HttpResponse:
    """Choosing changes nothing, so the choice stands in the address."""
    offered = _offered(request)
    bound = "language" in request.GET or "posts" in request.GET
    form = (
        _form(request, offered)
        if bound
        else NewsletterForm(
            offered=offered,
            initial={
                "posts": [post.pk for post in offered[:1]],
                "language": request.member.organization.language,
            },
        )
    )
    snippet = _snippet(request, form, offered) if bound else None
    context = {
        "form": form,
        "offered": offered,
        "snippet": snippet,
        "query": request.GET.urlencode(),
    }
    status = 422 if bound and snippet is None else 200
    return render(request, "delivery/embeds/newsletter.html", context, status=status)


@require_safe
@xframe_options_sameorigin
@editors_only
def newsletter_preview(request: MemberRequest) -> HttpResponse:
    """The piece alone, as a mail program shows it."""
    offered = _offered(request)
    snippet = _snippet(request, _form(request, offered), offered)
    if snippet is None:
        raise Http404("No such choice.")
    page = (
        '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light">'
        f'<title>Newsletter</title><base target="_blank">{snippet.html}'
    )
    response = HttpResponse(page)
    response.headers["Content-Security-Policy"] = POLICY.format(public_url=settings.PUBLIC_URL)
    return response


def _offered(request: MemberRequest) -> list[OpenPost]:
    return open_posts(request.member.organization, at=timezone.now(), most=OFFERED)


def _form(request: MemberRequest, offered: list[OpenPost]) -> NewsletterForm:
    return NewsletterForm(request.GET, offered=offered)


def _snippet(
    request: MemberRequest, form: NewsletterForm, offered: list[OpenPost]
) -> Snippet | None:
    if not form.is_valid():
        return None
    chosen = set(form.cleaned_data["posts"])
    posts = [post for post in offered if post.pk in chosen]
    language = form.cleaned_data["language"]
    return snippet_of(request.member.organization, posts, language=language)
