"""The calendar of the studio, by week and by month, and the list of all posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from vaandel.organizations.decorators import MemberRequest, role_required
from vaandel.organizations.models import Role
from vaandel.posts.boards import Board, month_board, week_board
from vaandel.posts.forms import CalendarForm, ListForm
from vaandel.posts.listing import found_posts

PER_PAGE: Final = 25

in_studio = role_required(Role.OWNER, Role.EDITOR, Role.APPROVER)


@require_safe
@in_studio
def calendar(request: MemberRequest) -> HttpResponse:
    today = timezone.localdate()
    form = CalendarForm(request.GET)
    view, day = form.view_name(), form.day() or today
    board = (month_board if view == "month" else week_board)(day, today=today)
    # The middle of what is shown, so that the other view opens on the same days.
    middle = board.first + (board.last - board.first) / 2
    context = {
        "board": board,
        "view": view,
        "today": today,
        "middle": middle,
        "previous": board.first - timedelta(days=1) if view == "week" else _month_before(board),
        "next": board.last + timedelta(days=1) if view == "week" else _month_after(board),
    }
    return render(request, "posts/calendar.html", context)


def _month_before(board: Board) -> object:
    return (board.first + (board.last - board.first) / 2).replace(day=1) - timedelta(days=1)


def _month_after(board: Board) -> object:
    return (board.first + (board.last - board.first) / 2).replace(day=28) + timedelta(days=4)


@require_safe
@in_studio
def post_list(request: MemberRequest) -> HttpResponse:
    form = ListForm(request.GET)
    chosen = form.chosen()
    page = Paginator(found_posts(chosen), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "is_filtered": bool(set(chosen) - {"sort"})}
    return render(request, "posts/list.html", context)
