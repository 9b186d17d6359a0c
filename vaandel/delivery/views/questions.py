"""The answer to "shall we stop?", from a mail or a notice, without signing in.

Looking at the address changes nothing: programs that fetch every link of a mail answer
nothing in somebody's place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vaandel.ambassadors.models import Rhythm
from vaandel.ambassadors.tokens import mail_choices_url
from vaandel.delivery.access import question_of_token
from vaandel.delivery.forms import QuestionForm
from vaandel.delivery.models import Approach
from vaandel.delivery.services import answer_question
from vaandel.delivery.tokens import TokenOver
from vaandel.organizations.tenancy import tenant_scope

QuestionView = Callable[[HttpRequest, Approach, str], HttpResponse]


def of_question(view: QuestionView) -> Callable[..., HttpResponse]:
    """Load the question of a signed link; the page speaks the language of who was asked.

    No CSRF check, as in ``asks.from_mail``: the address says who it is.
    """

    @csrf_exempt
    @wraps(view)
    @never_cache
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        try:
            approach = question_of_token(token)
        except TokenOver:
            return render(request, "delivery/answer_over.html", status=410)
        user = approach.enrolment.member.user
        with tenant_scope(approach.organization_id), translation.override(user.language):
            response = view(request, approach, token)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Content-Language"] = user.language
        return response

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@of_question
def question(request: HttpRequest, approach: Approach, token: str) -> HttpResponse:
    enrolment = approach.enrolment
    sent = request.POST if request.method == "POST" else None
    form = QuestionForm(
        sent, rhythm=enrolment.rhythm, initial={"answer": request.GET.get("answer", "go-on")}
    )
    if form.is_valid():
        answer_question(approach=approach, answer=form.cleaned_data["answer"], at=timezone.now())
        return redirect("delivery:question", token)
    heard = enrolment.heard_at
    still_stops = request.GET.get("answer") == "stop" and enrolment.rhythm != Rhythm.IN_APP
    context = {
        "form": form,
        "enrolment": enrolment,
        "answered": heard is not None and heard > approach.at and not still_stops,
        "choices_url": mail_choices_url(enrolment),
    }
    return render(request, "delivery/question.html", context, status=422 if form.errors else 200)
