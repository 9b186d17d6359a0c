"""An owner's settings of all links, and the own short domain with its check."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings as installation
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaandel.links.access import settings_of
from vaandel.links.advice import in_words
from vaandel.links.domain_check import Report, check
from vaandel.links.domains import record_for
from vaandel.links.forms import DomainForm, LinkSettingsForm
from vaandel.links.models import LinkSettings
from vaandel.links.services.settings import DomainTaken, note_check, save_settings, set_domain
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def settings(request: MemberRequest) -> HttpResponse:
    organization = request.member.organization
    saved = settings_of(organization)
    form = LinkSettingsForm(request.POST or None, organization=organization, saved=saved)
    if form.is_valid():
        changed = save_settings(
            organization=organization,
            changes=form.changes(),
            destinations=form.cleaned_data["destinations"],
            by=request.member,
            at=timezone.now(),
        )
        messages.success(request, _confirmation(changed))
        return redirect("links:settings", organization.slug)
    return render(
        request,
        "links/settings.html",
        {
            "form": form,
            "saved": saved,
            "has_countries": bool(installation.COUNTRY_HEADER or installation.COUNTRY_DATABASE),
            "click_days": installation.CLICK_DAYS,
        },
        status=422 if form.is_bound else 200,
    )


def _confirmation(changed: list[str]) -> str:
    if not changed:
        return _("Nothing was different, so nothing changed.")
    if "privacy" in changed:
        return _(
            "Saved. The next clicks are counted in the new way; earlier ones stay as they are."
        )
    return _("Saved. All links follow within two seconds.")


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def domain(request: MemberRequest) -> HttpResponse:
    organization = request.member.organization
    saved = settings_of(organization)
    form = DomainForm(request.POST or None, initial={"domain": saved.domain or ""})
    if form.is_valid():
        name = form.cleaned_data["domain"]
        try:
            changed = set_domain(
                organization=organization, domain=name, by=request.member, at=timezone.now()
            )
        except DomainTaken:
            form.add_error("domain", _("Another organisation here uses this domain already."))
        else:
            if changed:
                messages.success(request, _domain_text(name))
            return redirect("links:domain", organization.slug)
    return _domain_page(request, form)


def _domain_text(name: str) -> str:
    if name:
        return _("Saved. Make the record below, and then check it.")
    return _("Your own short domain is no longer used for new links.")


@require_POST
@role_required(Role.OWNER)
def check_domain(request: MemberRequest) -> HttpResponse:
    organization = request.member.organization
    name = settings_of(organization).domain or ""
    if not name:
        return redirect("links:domain", organization.slug)
    report = check(name)
    note_check(
        organization=organization,
        domain=name,
        works=report.works,
        by=request.member,
        at=timezone.now(),
    )
    return _domain_page(request, DomainForm(initial={"domain": name}), report)


def _domain_page(
    request: MemberRequest, form: DomainForm, report: Report | None = None
) -> HttpResponse:
    saved = LinkSettings.objects.filter(organization=request.member.organization).first()
    public = urlsplit(installation.PUBLIC_URL)
    return render(
        request,
        "links/domain.html",
        {
            "form": form,
            "saved": saved,
            "report": report,
            "steps": in_words(report) if report else [],
            "record": record_for(public.hostname or ""),
            "usual": installation.LINK_URL,
        },
        status=422 if form.is_bound else 200,
    )
