from __future__ import annotations

from django.urls import path

from vaandel.delivery import views

app_name = "delivery"
urlpatterns = [
    path("o/<slug:org>/asks/<int:ask_id>/postpone/", views.postpone, name="postpone"),
    path("o/<slug:org>/asks/<int:ask_id>/take-back/", views.take_back, name="take_back"),
    path("a/<str:token>/", views.answer, name="answer"),
    path("a/<str:token>/back/", views.answer_back, name="answer_back"),
]
