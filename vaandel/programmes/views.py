"""Topics and the settings of the programme."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.programmes.access import topic_for
from vaandel.programmes.forms import ProgrammeForm, RulesForm, TopicForm
from vaandel.programmes.models import Colour, Pattern, Topic
from vaandel.programmes.queries import (
    archived_topics,
    possible_owners,
    the_programme,
    topics_in_order,
)
from vaandel.programmes.services import (
    TopicNameTaken,
    archive_topic,
    create_topic,
    edit_programme,
    edit_topic,
    move_topic,
    restore_topic,
    set_rules,
    store_topic_picture,
)


@require_safe
@role_required(Role.OWNER)
def topics(request: MemberRequest) -> HttpResponse:
    programme = the_programme(request.member.organization)
    return render(
        request,
        "programmes/topics.html",
        {
            "programme": programme,
            "topics": topics_in_order(programme),
            "archived": archived_topics(programme),
        },
    )


def topic_page(
    request: MemberRequest,
    form: TopicForm,
    topic: Topic | None,
    rules: RulesForm | None = None,
) -> HttpResponse:
    if topic is not None and rules is None:
        rules = RulesForm(topic=topic, language=request.member.organization.language)
    is_wrong = form.is_bound or (rules is not None and rules.is_bound)
    return render(
        request,
        "programmes/topic.html",
        {
            "form": form,
            "rules": rules,
            "topic": topic,
            "colours": Colour.choices,
            "patterns": Pattern.choices,
            "colour": form["colour"].value(),
            "pattern": form["pattern"].value(),
        },
        status=422 if is_wrong else 200,
    )


def picture_change(data: dict[str, Any]) -> dict[str, object]:
    """Take the upload out of the form's data; what it changes about the topic."""
    content = data.pop("picture")
    remove = data.pop("remove_picture", False)
    if content:
        return {"picture": store_topic_picture(content)}
    return {"picture": ""} if remove else {}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def topic_new(request: MemberRequest) -> HttpResponse:
    form = TopicForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        data = dict(form.cleaned_data)
        picture = str(picture_change(data).get("picture", ""))
        try:
            create_topic(
                programme=the_programme(request.member.organization),
                picture=picture,
                by=request.member,
                at=timezone.now(),
                **data,
            )
        except TopicNameTaken:
            form.add_error("name", _("There is already a topic with this name."))
        else:
            messages.success(request, _("The topic has been made."))
            return redirect("programmes:topics", request.member.organization.slug)
    return topic_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def topic(request: MemberRequest, topic_id: int) -> HttpResponse:
    row = topic_for(request.member, topic_id)
    form = TopicForm(request.POST or None, request.FILES or None, topic=row)
    if form.is_valid():
        data = dict(form.cleaned_data)
        changes = picture_change(data) | data
        try:
            edit_topic(topic=row, changes=changes, by=request.member, at=timezone.now())
        except TopicNameTaken:
            form.add_error("name", _("There is already a topic with this name."))
        else:
            messages.success(request, _("Saved."))
            return redirect("programmes:topics", request.member.organization.slug)
    return topic_page(request, form, row)


@require_POST
@role_required(Role.OWNER)
def topic_rules(request: MemberRequest, topic_id: int) -> HttpResponse:
    """Switch the rules of law for a topic on or off, or change them."""
    row = topic_for(request.member, topic_id)
    form = RulesForm(request.POST, topic=row, language=request.member.organization.language)
    if not form.is_valid():
        return topic_page(request, TopicForm(topic=row), row, form)
    set_rules(topic=row, by=request.member, at=timezone.now(), **form.rules())
    messages.success(request, _("Saved."))
    return redirect("programmes:topic", request.member.organization.slug, row.pk)


@require_POST
@role_required(Role.OWNER)
def topic_move(request: MemberRequest, topic_id: int, places: int) -> HttpResponse:
    move_topic(
        topic=topic_for(request.member, topic_id),
        places=places,
        by=request.member,
        at=timezone.now(),
    )
    return redirect("programmes:topics", request.member.organization.slug)


@require_POST
@role_required(Role.OWNER)
def topic_archive(request: MemberRequest, topic_id: int) -> HttpResponse:
    row = topic_for(request.member, topic_id)
    archive_topic(topic=row, by=request.member, at=timezone.now())
    messages.success(
        request, _("“%(name)s” is no longer offered. Its posts stay.") % {"name": row.name}
    )
    return redirect("programmes:topics", request.member.organization.slug)


@require_POST
@role_required(Role.OWNER)
def topic_restore(request: MemberRequest, topic_id: int) -> HttpResponse:
    row = topic_for(request.member, topic_id)
    restore_topic(topic=row, by=request.member, at=timezone.now())
    messages.success(request, _("“%(name)s” is offered again.") % {"name": row.name})
    return redirect("programmes:topics", request.member.organization.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.OWNER)
def settings(request: MemberRequest) -> HttpResponse:
    programme = the_programme(request.member.organization)
    form = ProgrammeForm(
        request.POST or None,
        programme=programme,
        owners=possible_owners(request.member.organization),
    )
    if form.is_valid():
        edit_programme(
            programme=programme,
            changes=dict(form.cleaned_data),
            by=request.member,
            at=timezone.now(),
        )
        messages.success(request, _("Saved."))
        return redirect("programmes:settings", request.member.organization.slug)
    return render(
        request,
        "programmes/settings.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )
