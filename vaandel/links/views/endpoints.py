"""Addresses that sites report conversions to: make, read how, try, revoke."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.links.access import endpoint_for, settings_of
from vaandel.links.examples import BODY, examples, receiving_url
from vaandel.links.forms.conversions import EndpointForm, TryForm
from vaandel.links.models import ConversionEndpoint
from vaandel.links.problems import problem_text
from vaandel.links.queries.conversions import endpoints
from vaandel.links.services.endpoints import (
    Foreseen,
    NameTaken,
    foresee_conversion,
    make_endpoint,
    revoke_endpoint,
    secret_shown,
)
from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def endpoint_list(request: MemberRequest) -> HttpResponse:
    bound = request.method == "POST"
    form = EndpointForm(request.POST) if bound else EndpointForm()
    if bound and form.is_valid():
        try:
            made = make_endpoint(
                name=form.cleaned_data["name"], by=request.member, at=timezone.now()
            )
        except NameTaken:
            form.add_error("name", _("There is one with this name. Choose another name."))
        else:
            return to_endpoint(request, made)
    return render(
        request,
        "links/endpoints.html",
        {"form": form, "endpoints": endpoints()},
        status=422 if bound else 200,
    )


def to_endpoint(request: MemberRequest, found: ConversionEndpoint) -> HttpResponse:
    return redirect("links:endpoint", request.member.organization.slug, found.pk)


def endpoint_page(
    request: MemberRequest,
    found: ConversionEndpoint,
    *,
    form: TryForm,
    foreseen: Foreseen | None = None,
    status: int = 200,
) -> HttpResponse:
    settings = settings_of(request.member.organization)
    return render(
        request,
        "links/endpoint.html",
        {
            "endpoint": found,
            "url": receiving_url(found),
            "secret": secret_shown(endpoint=found, to=request.member, at=timezone.now()),
            "examples": examples(found),
            "form": form,
            "foreseen": foreseen,
            "problems": [
                (problem.field, problem_text(problem.reason)) for problem in foreseen.problems
            ]
            if foreseen
            else [],
            "references_on": settings.click_references,
            "parameter": settings.reference_parameter,
        },
        status=status,
    )


@never_cache
@require_safe
@role_required(Role.OWNER)
def endpoint(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    found = endpoint_for(request.member, endpoint_id)
    return endpoint_page(request, found, form=TryForm(initial={"body": BODY}))


@never_cache
@require_POST
@role_required(Role.OWNER)
def endpoint_try(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    found = endpoint_for(request.member, endpoint_id)
    form = TryForm(request.POST)
    if not form.is_valid():
        return endpoint_page(request, found, form=form, status=422)
    foreseen = foresee_conversion(body=form.cleaned_data["body"], at=timezone.now())
    return endpoint_page(request, found, form=form, foreseen=foreseen)


@require_POST
@role_required(Role.OWNER)
def endpoint_revoke(request: MemberRequest, endpoint_id: int) -> HttpResponse:
    found = endpoint_for(request.member, endpoint_id)
    revoke_endpoint(endpoint=found, by=request.member, at=timezone.now())
    messages.success(request, _("Revoked. Reports to this address are refused from now on."))
    return redirect("links:endpoints", request.member.organization.slug)
