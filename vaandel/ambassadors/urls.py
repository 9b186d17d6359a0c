"""Addresses of taking part. The ones with a token work from a mail, without signing in."""

from __future__ import annotations

from django.urls import include, path

from vaandel.ambassadors.views import choosing, hours, joining, mail

app_name = "ambassadors"

of_organization = [
    path("join/", joining.enrol, name="enrol"),
    path("settings/", choosing.settings, name="settings"),
    path("settings/topics/", choosing.topics, name="save_topics"),
    path("settings/channels/", choosing.channels, name="save_channels"),
    path("settings/consents/", choosing.consents, name="save_consents"),
    path("settings/hours/", hours.hours, name="save_hours"),
    path("settings/hours/regions/", hours.regions, name="regions"),
    path("settings/days-off/", hours.add_leave, name="add_leave"),
    path("settings/days-off/<int:leave_id>/remove/", hours.remove_leave, name="remove_leave"),
    path("settings/calendar/", hours.follow_calendar, name="follow_calendar"),
    path("settings/calendar/read/", hours.read_calendar, name="read_calendar"),
    path("settings/calendar/forget/", hours.forget_calendar, name="forget_calendar"),
    path("settings/pause/", choosing.pause, name="pause"),
    path("settings/resume/", choosing.resume, name="resume"),
    path("settings/leave/", choosing.leave, name="leave"),
    path("settings/leave/undo/", choosing.undo_leaving, name="undo_leaving"),
    path("invite/", joining.invite_colleague, name="invite_colleague"),
]

urlpatterns = [
    path("join/<str:token>/", joining.join, name="join"),
    path("join/<str:token>/no/", joining.decline, name="decline"),
    path("m/<str:token>/", mail.choices, name="mail_choices"),
    path("m/<str:token>/<str:choice>/", mail.choose, name="mail_choose"),
    path("unsubscribe/<str:token>/", mail.unsubscribe, name="unsubscribe"),
    path("o/<slug:org>/", include(of_organization)),
]
