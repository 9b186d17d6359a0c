"""What the lines of the log say. Rooms above write their own actions; these are their texts too."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, str | Promise] = {
    "organization.founded": _("Organisation founded"),
    "organization.edited": _("Settings of the organisation changed"),
    "organization.stopped": _("Sharing stopped"),
    "organization.started_again": _("Sharing started again"),
    "member.added": _("Member added"),
    "member.edited": _("Member's details changed"),
    "member.invited": _("Invited"),
    "member.off_boarded": _("Membership ended"),
    "member.account_deleted": _("Somebody deleted their account"),
    "member.roles_changed": _("Roles changed"),
    "invitations.repeated": _("Asked again who had not answered"),
    "invitations.withdrawn": _("Open invitations withdrawn"),
    "people.import_started": _("Import of people started"),
    "people.imported": _("People imported"),
    "unit.added": _("Department added"),
    "unit.renamed": _("Department renamed"),
    "unit.moved": _("Department moved"),
    "unit.deleted": _("Department deleted"),
    "programme.edited": _("Settings of the programme changed"),
    "topic.created": _("Topic made"),
    "topic.edited": _("Topic changed"),
    "topic.moved": _("Order of topics changed"),
    "topic.archived": _("Topic archived"),
    "topic.regulated": _("Rules for a topic switched on"),
    "topic.rules_changed": _("Rules of a topic changed"),
    "topic.released": _("Rules for a topic switched off"),
    "text.approved": _("Text of a colleague approved"),
    "text.refused": _("Text of a colleague not approved"),
    "network.changed": _("Settings of a network changed"),
    "archive.opened": _("Archive opened"),
    "archive.read": _("Entry of the archive read"),
    "archive.exported": _("Archive exported"),
    "topic.restored": _("Topic offered again"),
    "post.created": _("Post made"),
    "post.edited": _("Post changed"),
    "post.submitted": _("Post sent for review"),
    "post.approved": _("Post approved"),
    "post.sent_back": _("Post sent back"),
    "post.planned": _("Post planned"),
    "post.published": _("Post published"),
    "post.withdrawn": _("Post withdrawn"),
    "post.taken_back": _("Post taken back to a draft"),
    "post.expired": _("Post ended"),
    "post.corrected": _("Told who shared a post what changed"),
    "submission.dismissed": _("Idea of a colleague put aside"),
    "source.added": _("Source added"),
    "source.edited": _("Source changed"),
    "source.deleted": _("Source deleted"),
    "thanks.given": _("Thanks given for a post"),
    "estimate.assumptions_changed": _("Assumptions of the estimate changed"),
    "links.settings_changed": _("Settings of links changed"),
    "links.domain_changed": _("Own short domain changed"),
    "links.domain_in_use": _("Own short domain taken into use"),
    "links.domain_out_of_use": _("Own short domain taken out of use"),
    "links.successor_changed": _("Where ended links of a post lead changed"),
    "conversion.corrected": _("Conversion corrected"),
    "conversions.imported": _("Conversions imported"),
    "conversion_endpoint.made": _("A site may report conversions"),
    "conversion_endpoint.revoked": _("A site may no longer report conversions"),
    "chat.connected": _("Channel in Slack or Teams connected"),
    "chat.changed": _("Channel in Slack or Teams changed"),
    "chat.removed": _("Channel in Slack or Teams removed"),
    "embed.made": _("Place on the intranet made"),
    "embed.changed": _("Place on the intranet changed"),
    "embed.revoked": _("Place on the intranet closed"),
    "embed.renewed": _("New address for a place on the intranet"),
    "embed.removed": _("Place on the intranet removed"),
    "export.made": _("Figures exported"),
}


def action_text(action: str) -> str:
    """The action in words; one that has none yet is shown as it is."""
    return str(ACTIONS.get(action, action))
