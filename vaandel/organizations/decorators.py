"""Who may come in. Every view below ``/o/<org>/`` starts with one of these."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from vaandel.accounts.models import User
from vaandel.organizations.models import Member, Role
from vaandel.organizations.tenancy import tenant_scope


class MemberRequest(HttpRequest):
    """A request of somebody whose membership has been checked."""

    user: User
    member: Member
    htmx: HtmxDetails


P = ParamSpec("P")
MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def member_required(view: MemberView[P]) -> Callable[..., HttpResponseBase]:
    """Load the member from the ``org`` in the address and open the tenant scope.

    Nobody is sent to the sign-in page; a stranger learns nothing: 404.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, org: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        member = (
            Member.across_tenants.select_related("organization", "user", "unit")
            .filter(organization__slug=org, user=request.user, status=Member.Status.ACTIVE)
            .first()
        )
        if member is None:
            raise Http404("No such organisation.")
        member_request = cast(MemberRequest, request)
        member_request.member = member
        with tenant_scope(member.organization_id):
            return view(member_request, *args, **kwargs)

    wrapped.guarded = True  # type: ignore[attr-defined]  # read by the test that walks every door
    return wrapped


def role_required(*roles: Role) -> Callable[[MemberView[P]], Callable[..., HttpResponseBase]]:
    """Like ``member_required``, and 403 for a member who has none of these roles."""

    def decorate(view: MemberView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def checked(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.member.has_role(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return member_required(cast("MemberView[P]", checked))

    return decorate
