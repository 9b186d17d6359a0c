"""Every page about sharing has two addresses: for who signed in, and for who comes from a mail."""

from __future__ import annotations

from django.urls import path

from vaandel.shares.decorators import mail_door, post_door, publication_door, share_door
from vaandel.shares.views import (
    answering,
    composing,
    documents,
    ended,
    papers,
    planned,
    publishing,
    rules,
    text_requests,
)

app_name = "shares"

DOCUMENT = "o/<slug:org>/posts/<int:post_id>/document/"
POST = "o/<slug:org>/posts/<int:post_id>/share/"
SHARE = "o/<slug:org>/shares/<int:share_id>/"
RULES = "o/<slug:org>/programme/naming/"
TEXTS = "o/<slug:org>/studio/texts/"
PLANNED = "o/<slug:org>/planned/"
PUBLICATION = "o/<slug:org>/planned/<int:publication_id>/"
MAIL = "p/<str:token>/"
MAIL_SHARE = "p/<str:token>/shares/<int:share_id>/"

STEP = publication_door(planned.step)

urlpatterns = [
    path(POST, post_door(composing.compose), name="compose"),
    path(DOCUMENT, post_door(documents.download), name="document"),
    path(f"{POST}reserve/", post_door(composing.reserve), name="reserve"),
    path(f"{POST}open/", post_door(composing.open_dialog), name="open"),
    path(f"{POST}look/", post_door(composing.look), name="look"),
    path(f"{POST}later/", post_door(composing.later), name="later"),
    path(f"{POST}own/", post_door(text_requests.own_text), name="own_text"),
    path(
        f"{POST}own/<int:request_id>/withdraw/",
        post_door(text_requests.withdraw),
        name="own_text_withdraw",
    ),
    path(RULES, rules.rules, name="rules"),
    path(f"{RULES}wordings/", rules.save_wordings, name="save_wordings"),
    path(f"{RULES}offered.csv", rules.offered_export, name="offered_export"),
    path(TEXTS, text_requests.queue, name="text_requests"),
    path(
        f"{TEXTS}<int:request_id>/approve/",
        text_requests.decide,
        {"answer": "approve"},
        name="text_approve",
    ),
    path(
        f"{TEXTS}<int:request_id>/refuse/",
        text_requests.decide,
        {"answer": "refuse"},
        name="text_refuse",
    ),
    path(f"{POST}post/", post_door(publishing.post_now), name="post"),
    path(f"{POST}plan/", post_door(publishing.plan), name="plan"),
    path(SHARE, share_door(answering.opened), name="opened"),
    path(f"{SHARE}back/", share_door(answering.back), name="back"),
    path(f"{SHARE}numbers/", share_door(answering.numbers), name="numbers"),
    path(f"{SHARE}qr.<slug:kind>", share_door(papers.qr), name="qr"),
    path(f"{SHARE}flyer.pdf", share_door(papers.flyer), name="flyer"),
    path(PLANNED, planned.planned, name="planned"),
    path(PUBLICATION, publication_door(planned.publication), name="publication"),
    path(f"{PUBLICATION}state/", publication_door(planned.state), name="publication_state"),
    path(f"{PUBLICATION}dialog/", publication_door(planned.by_dialog), name="by_dialog"),
    path(f"{PUBLICATION}move/", publication_door(planned.move_to), name="move"),
    path(f"{PUBLICATION}words/", publication_door(planned.words), name="words"),
    path(f"{PUBLICATION}correct/", publication_door(planned.correction), name="correct"),
    path(f"{PUBLICATION}there/", publication_door(planned.there), name="there"),
    path(f"{PUBLICATION}take-down/", publication_door(planned.taking_down), name="take_down"),
    *(
        path(f"{PUBLICATION}{name.replace('_', '-')}/", STEP, {"name": name}, name=f"step_{name}")
        for name in planned.SIMPLE
    ),
    path(MAIL, mail_door(composing.compose), name="personal"),
    path(f"{MAIL}document/", mail_door(documents.download), name="personal_document"),
    path(f"{MAIL}reserve/", mail_door(composing.reserve), name="personal_reserve"),
    path(f"{MAIL}own/", mail_door(text_requests.own_text), name="personal_own_text"),
    path(
        f"{MAIL}own/<int:request_id>/withdraw/",
        mail_door(text_requests.withdraw),
        name="personal_own_text_withdraw",
    ),
    path(f"{MAIL}open/", mail_door(composing.open_dialog), name="personal_open"),
    path(f"{MAIL}look/", mail_door(composing.look), name="personal_look"),
    path(f"{MAIL}later/", mail_door(composing.later), name="personal_later"),
    path(f"{MAIL}post/", mail_door(publishing.hand_over), name="personal_post"),
    path(f"{MAIL}plan/", mail_door(publishing.hand_over), name="personal_plan"),
    path(MAIL_SHARE, mail_door(answering.opened), name="personal_opened"),
    path(f"{MAIL_SHARE}back/", mail_door(answering.back), name="personal_back"),
    path(f"{MAIL_SHARE}numbers/", mail_door(answering.numbers), name="personal_numbers"),
    path(f"{MAIL_SHARE}qr.<slug:kind>", mail_door(papers.qr), name="personal_qr"),
    path(f"{MAIL_SHARE}flyer.pdf", mail_door(papers.flyer), name="personal_flyer"),
    path("over/<slug:code>/", ended.ended, name="ended"),
]
