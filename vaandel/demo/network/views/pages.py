"""The pages of the practice network: what readers see, and the question before connecting."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vaandel.demo.models import PracticePost
from vaandel.demo.network import allowing
from vaandel.demo.network.queries import posts
from vaandel.demo.network.reactions import Reactions, reactions_to
from vaandel.demo.network.speaking import handle
from vaandel.demo.only import in_demo_mode

ON_A_PAGE = 25
ASKED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as readers see it."""

    post: PracticePost
    handle: str
    reactions: Reactions

    @classmethod
    def of(cls, post: PracticePost) -> Shown:
        found = reactions_to(post.key, timezone.now() - post.created_at)
        return cls(post, handle(post.author), found)


@in_demo_mode
@require_safe
@never_cache
def network(request: HttpRequest) -> HttpResponse:
    page = Paginator(posts(), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = [Shown.of(post) for post in page]
    return render(request, "demo/network/posts.html", {"page": page, "shown": shown})


@in_demo_mode
@require_safe
@never_cache
def network_post(request: HttpRequest, post_id: int) -> HttpResponse:
    item = Shown.of(get_object_or_404(posts(), pk=post_id))
    return render(request, "demo/network/post.html", {"item": item})


@in_demo_mode
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def authorize(request: HttpRequest) -> HttpResponse:
    """Asks whoever is signed in whether the application may post for them."""
    asked = {name: (request.POST or request.GET).get(name, "") for name in ASKED}
    try:
        allowing.check_app(asked["client_id"], asked["redirect_uri"])
    except allowing.Refused as refused:
        raise BadRequest(refused.error) from refused
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        context = {"asked": asked, "handle": handle(request.user)}
        return render(request, "demo/network/authorize.html", context)
    if request.POST.get("answer") != "allow":
        return _back(asked, error="access_denied")
    code = allowing.code_for(
        request.user,
        client_id=asked["client_id"],
        scope=asked["scope"],
        code_challenge=asked["code_challenge"],
    )
    return _back(asked, code=code)


def _back(asked: dict[str, str], **answer: str) -> HttpResponse:
    """To the application, which is of this very site."""
    query = urlencode({**answer, "state": asked["state"], "iss": f"{settings.PUBLIC_URL}/"})
    response = HttpResponseRedirect(f"{asked['redirect_uri']}?{query}")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
