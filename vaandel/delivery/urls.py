from __future__ import annotations

from django.urls import path

from vaandel.delivery import views
from vaandel.delivery.chat.urls import urlpatterns as of_chats
from vaandel.delivery.corrections import views as corrections
from vaandel.delivery.embeds.urls import urlpatterns as of_embeds
from vaandel.delivery.mails.urls import urlpatterns as of_mails
from vaandel.delivery.push.urls import urlpatterns as of_push

app_name = "delivery"
urlpatterns = [
    *of_chats,
    *of_embeds,
    *of_mails,
    *of_push,
    path("o/<slug:org>/asks/<int:ask_id>/postpone/", views.postpone, name="postpone"),
    path("o/<slug:org>/asks/<int:ask_id>/take-back/", views.take_back, name="take_back"),
    path("o/<slug:org>/studio/posts/<int:post_id>/correct/", corrections.correct, name="correct"),
    path(
        "o/<slug:org>/corrections/<int:correction_id>/away/",
        corrections.put_away,
        name="put_correction_away",
    ),
    path("o/<slug:org>/asks/<int:ask_id>/why/", views.why_here, name="why_here"),
    path("o/<slug:org>/studio/posts/<int:post_id>/reach/", views.forecast, name="forecast"),
    path("a/<str:token>/", views.answer, name="answer"),
    path("a/<str:token>/why/", views.why, name="why"),
    path("how-often/<str:token>/", views.question, name="question"),
    path("a/<str:token>/back/", views.answer_back, name="answer_back"),
]
