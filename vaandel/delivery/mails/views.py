"""Every type of mail, to look at with real content and to send to oneself."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from vaandel.delivery.mails.forms import POSTS, LookForm
from vaandel.delivery.mails.previews import posts_to_show
from vaandel.delivery.mails.trying import TooManyTests, look, send_test
from vaandel.mailing.framing import framed
from vaandel.mailing.previews import Preview, in_light, previews
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role

CHOICES: Final = ("post", "language", "width", "look", "bare")

editors_only = role_required(Role.OWNER, Role.EDITOR)


def preview_for(name: str) -> Preview:
    found = previews().get(name)
    if found is None:
        raise Http404("No such mail.")
    return found


def form_for(request: MemberRequest, data: QueryDict) -> LookForm:
    posts = list(posts_to_show()[:POSTS])
    return LookForm(data, posts=posts, language=request.member.user.language)


@require_safe
@editors_only
def mail_types(request: MemberRequest) -> HttpResponse:
    """A picture of each, with the newest post."""
    has_post = posts_to_show().exists()
    types = [(row, has_post or not row.about_post) for row in previews().values()]
    return render(request, "delivery/mail_types.html", {"types": types})


@require_safe
@editors_only
def mail_type(request: MemberRequest, name: str) -> HttpResponse:
    preview = preview_for(name)
    form = form_for(request, request.GET)
    context: dict[str, object] = {"preview": preview, "form": form}
    if form.post_chosen or not preview.about_post:
        language = form.value("language")
        context["mail"] = look(
            preview,
            member=request.member,
            post=form.post_chosen,
            language=language,
            at=timezone.now(),
        )
        chosen = {choice: form.data[choice] for choice in CHOICES if choice in form.data}
        context |= {"chosen": chosen, "language": language, "width": form.value("width")}
        context["query"] = query_of(chosen)
    return render(request, "delivery/mail_type.html", context)


def query_of(chosen: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(chosen)
    return query.urlencode()


@require_safe
@editors_only
@never_cache
@xframe_options_sameorigin
def mail_type_html(request: MemberRequest, name: str) -> HttpResponse:
    """The mail alone, for the frame on the page; its links open beside it."""
    preview = preview_for(name)
    form = form_for(request, request.GET)
    post = form.post_chosen
    if post is None and preview.about_post:
        raise Http404("No post to show it with.")
    mail = look(
        preview,
        member=request.member,
        post=post,
        language=form.value("language"),
        at=timezone.now(),
    )
    page = in_light(mail.html, dark=form.value("look") == "dark")
    return framed(page, target="_blank", pictures=not form.is_bare)


@require_POST
@editors_only
def mail_type_send(request: MemberRequest, name: str) -> HttpResponse:
    preview = preview_for(name)
    form = form_for(request, request.POST)
    post = form.post_chosen
    if post is None and preview.about_post:
        raise Http404("No post to show it with.")
    try:
        message = send_test(
            preview,
            by=request.member,
            post=post,
            language=form.value("language"),
            at=timezone.now(),
        )
    except TooManyTests:
        messages.error(request, _("That was ten in an hour. Wait a little and try again."))
    else:
        messages.success(
            request,
            _("A test is on its way to %(address)s.") % {"address": message.to_address},
        )
    path = reverse("delivery:mail_type", args=[request.member.organization.slug, name])
    chosen = {choice: form.data[choice] for choice in CHOICES if choice in form.data}
    return redirect(f"{path}?{query_of(chosen)}")
