from __future__ import annotations

from django.urls import include, path

from vaandel.organizations.views import (
    administration,
    inviting,
    lists,
    outgoing,
    people,
    sign_up,
    stopping,
)

app_name = "organizations"

of_organization = [
    path("people/", people.members, name="members"),
    path("people/<int:member_id>/", people.member, name="member"),
    path("people/<int:member_id>/roles/", people.member_roles, name="member_roles"),
    path("people/<int:member_id>/leave/", people.member_leave, name="member_leave"),
    path("people/import/", lists.upload, name="import"),
    path("people/import/<int:import_id>/", lists.import_list, name="import_list"),
    path("people/import/<int:import_id>/columns/", lists.import_columns, name="import_columns"),
    path("people/import/<int:import_id>/start/", lists.import_start, name="import_start"),
    path("people/import/<int:import_id>/problems/", lists.import_problems, name="import_problems"),
    path("invitations/", inviting.invitations, name="invitations"),
    path("invitations/again/", inviting.again, name="invite_again"),
    path("invitations/withdraw/", inviting.withdraw, name="withdraw_invitations"),
    path("units/", administration.units, name="units"),
    path("units/<int:unit_id>/", administration.unit, name="unit"),
    path("units/<int:unit_id>/delete/", administration.unit_delete, name="unit_delete"),
    path("organisation/", administration.settings, name="settings"),
    path("organisation/colour/", administration.colour_preview, name="colour_preview"),
    path("log/", administration.log, name="log"),
    path("organisation/mail/", outgoing.mail, name="mail"),
    path("stop/", stopping.stop, name="stop"),
    path("stop/over/", stopping.start, name="start_again"),
]

urlpatterns = [
    path("organisations/", administration.choose, name="choose"),
    path("sign-up/", sign_up.start, name="sign_up"),
    path("sign-up/code/", sign_up.code, name="sign_up_code"),
    path("sign-up/you/", sign_up.introduction, name="sign_up_introduction"),
    path("sign-up/join/", sign_up.join, name="sign_up_join"),
    path("o/<slug:org>/", include(of_organization)),
]
