"""Every page about sharing has two addresses: for who signed in, and for who comes from a mail."""

from __future__ import annotations

from django.urls import path

from vaandel.shares.decorators import mail_door, post_door, share_door
from vaandel.shares.views import answering, composing, ended, papers

app_name = "shares"

POST = "o/<slug:org>/posts/<int:post_id>/share/"
SHARE = "o/<slug:org>/shares/<int:share_id>/"
MAIL = "p/<str:token>/"
MAIL_SHARE = "p/<str:token>/shares/<int:share_id>/"

urlpatterns = [
    path(POST, post_door(composing.compose), name="compose"),
    path(f"{POST}reserve/", post_door(composing.reserve), name="reserve"),
    path(f"{POST}open/", post_door(composing.open_dialog), name="open"),
    path(f"{POST}look/", post_door(composing.look), name="look"),
    path(f"{POST}later/", post_door(composing.later), name="later"),
    path(SHARE, share_door(answering.opened), name="opened"),
    path(f"{SHARE}back/", share_door(answering.back), name="back"),
    path(f"{SHARE}numbers/", share_door(answering.numbers), name="numbers"),
    path(f"{SHARE}qr.<slug:kind>", share_door(papers.qr), name="qr"),
    path(f"{SHARE}flyer.pdf", share_door(papers.flyer), name="flyer"),
    path(MAIL, mail_door(composing.compose), name="personal"),
    path(f"{MAIL}reserve/", mail_door(composing.reserve), name="personal_reserve"),
    path(f"{MAIL}open/", mail_door(composing.open_dialog), name="personal_open"),
    path(f"{MAIL}look/", mail_door(composing.look), name="personal_look"),
    path(f"{MAIL}later/", mail_door(composing.later), name="personal_later"),
    path(MAIL_SHARE, mail_door(answering.opened), name="personal_opened"),
    path(f"{MAIL_SHARE}back/", mail_door(answering.back), name="personal_back"),
    path(f"{MAIL_SHARE}numbers/", mail_door(answering.numbers), name="personal_numbers"),
    path(f"{MAIL_SHARE}qr.<slug:kind>", mail_door(papers.qr), name="personal_qr"),
    path(f"{MAIL_SHARE}flyer.pdf", mail_door(papers.flyer), name="personal_flyer"),
    path("over/<slug:code>/", ended.ended, name="ended"),
]
