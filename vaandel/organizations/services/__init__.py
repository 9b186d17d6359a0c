"""Everything that can happen to organisations, units, members and invitations."""

from __future__ import annotations

from vaandel.organizations.services.asking import (
    AlreadyOffBoarded,
    InvitationClosed,
    InvitingIsOff,
    NotAColleague,
    TooManyInvitations,
    accept_invitation,
    decline_invitation,
    invite_again,
    invite_member,
    invite_person,
    send_pending_invitations,
    withdraw_invitations,
)
from vaandel.organizations.services.imports import forget_old_lists, run_member_imports
from vaandel.organizations.services.members import (
    AlreadyMember,
    LastOwner,
    RolesChanged,
    add_member,
    become_ambassador,
    change_roles,
    edit_member,
    off_board_member,
    sign_up,
    stop_as_ambassador,
)
from vaandel.organizations.services.organization import create_tenant, edit_organization
from vaandel.organizations.services.units import (
    NameTaken,
    UnitInItself,
    UnitNotEmpty,
    add_unit,
    delete_unit,
    move_unit,
    rename_unit,
)

__all__ = [
    "AlreadyMember",
    "AlreadyOffBoarded",
    "InvitationClosed",
    "InvitingIsOff",
    "LastOwner",
    "NameTaken",
    "NotAColleague",
    "RolesChanged",
    "TooManyInvitations",
    "UnitInItself",
    "UnitNotEmpty",
    "accept_invitation",
    "add_member",
    "add_unit",
    "become_ambassador",
    "change_roles",
    "create_tenant",
    "decline_invitation",
    "delete_unit",
    "edit_member",
    "edit_organization",
    "forget_old_lists",
    "invite_again",
    "invite_member",
    "invite_person",
    "move_unit",
    "off_board_member",
    "rename_unit",
    "run_member_imports",
    "send_pending_invitations",
    "sign_up",
    "stop_as_ambassador",
    "withdraw_invitations",
]
