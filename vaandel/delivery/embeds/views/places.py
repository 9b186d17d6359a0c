"""Places on the intranet: make, change, copy, check, close, renew, remove."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.delivery.embeds import services
from vaandel.delivery.embeds.access import embed_for
from vaandel.delivery.embeds.forms import CheckForm, EmbedForm
from vaandel.delivery.embeds.queries import places
from vaandel.delivery.embeds.tokens import embed_url
from vaandel.delivery.models import Embed
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role

editors_only = role_required(Role.OWNER, Role.EDITOR)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def embeds(request: MemberRequest) -> HttpResponse:
    bound = request.method == "POST"
    start = {"language": request.member.organization.language, "look": "auto", "most": 3}
    form = EmbedForm(request.POST) if bound else EmbedForm(initial=start)
    if bound and form.is_valid():
        made = services.make_embed(wanted=form.wanted(), by=request.member, at=timezone.now())
        messages.success(request, _("Made. Copy the code and put it on your intranet."))
        return _to_embed(request, made)
    context = {"form": form, "places": places()}
    return render(request, "delivery/embeds/places.html", context, status=422 if bound else 200)


def _to_embed(request: MemberRequest, embed: Embed) -> HttpResponse:
    return redirect("delivery:embed_settings", request.member.organization.slug, embed.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@editors_only
def embed_settings(request: MemberRequest, embed_id: int) -> HttpResponse:
    embed = embed_for(request.member, embed_id)
    bound = request.method == "POST"
    form = EmbedForm(request.POST if bound else None, embed=embed)
    if bound and form.is_valid():
        services.change_embed(
            embed=embed, wanted=form.wanted(), by=request.member, at=timezone.now()
        )
        messages.success(request, _("Saved. Pages that show it follow within five minutes."))
        return _to_embed(request, embed)
    return _page(request, embed, form=form, status=422 if bound else 200)


def _page(
    request: MemberRequest,
    embed: Embed,
    *,
    form: EmbedForm,
    check: CheckForm | None = None,
    outcome: tuple[bool, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """``outcome``: whether a page that was asked about may show it, and that in words."""
    # Not what somebody typed wrong: the address is that of what is kept.
    kept = embed_for(request.member, embed.pk)
    url = embed_url(kept)
    context = {
        "embed": kept,
        "form": form,
        "check": check or CheckForm(auto_id="check_%s"),
        "outcome": outcome,
        "code": render_to_string("delivery/embeds/code.html", {"embed": kept, "url": url}).strip(),
        # Another address each time, so that no cache shows it as it was before.
        "preview": f"{urlsplit(url).path}?at={timezone.now():%H%M%S%f}",
    }
    return render(request, "delivery/embeds/place.html", context, status=status)


@require_POST
@editors_only
def embed_check(request: MemberRequest, embed_id: int) -> HttpResponse:
    embed = embed_for(request.member, embed_id)
    check = CheckForm(request.POST, auto_id="check_%s")
    form = EmbedForm(None, embed=embed)
    if not check.is_valid():
        return _page(request, embed, form=form, check=check, status=422)
    outcome = judged(embed, check.cleaned_data["page"])
    return _page(request, embed, form=form, check=check, outcome=outcome)


def judged(embed: Embed, site: str) -> tuple[bool, str]:
    """What a browser would do on a page of this site."""
    words = {"site": site}
    if embed.revoked_at is not None:
        return False, _("This place is closed: no page shows it.")
    if site not in embed.sites:
        return False, _(
            "A page of %(site)s may not show it yet. Add %(site)s to the websites above."
        ) % words
    if site.startswith("https:") and not settings.PUBLIC_URL.startswith("https:"):
        return False, _(
            "%(site)s may show it, but browsers refuse: that site has https and Vaandel has not."
        ) % words
    return True, _("A page of %(site)s may show it.") % words


@require_POST
@editors_only
def embed_revoke(request: MemberRequest, embed_id: int) -> HttpResponse:
    embed = embed_for(request.member, embed_id)
    services.revoke_embed(embed=embed, by=request.member, at=timezone.now())
    messages.success(request, _("Closed. Pages that have it show that it is over."))
    return _to_embed(request, embed)


@require_POST
@editors_only
def embed_renew(request: MemberRequest, embed_id: int) -> HttpResponse:
    embed = embed_for(request.member, embed_id)
    # The address that was on the page: two presses make one new address.
    if request.POST.get("nonce") == str(embed.nonce):
        services.renew_embed(embed=embed, by=request.member, at=timezone.now())
    messages.success(request, _("There is a new address. Put the new code on your intranet."))
    return _to_embed(request, embed)


@require_POST
@editors_only
def embed_remove(request: MemberRequest, embed_id: int) -> HttpResponse:
    embed = embed_for(request.member, embed_id)
    services.remove_embed(embed=embed, by=request.member, at=timezone.now())
    messages.success(request, _("Removed. Take the code off your intranet as well."))
    return redirect("delivery:embeds", request.member.organization.slug)
