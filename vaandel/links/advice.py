"""The check of a short domain in words: what was found, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaandel.links.domain_check import Outcome, Report, Step

_FOUND: Mapping[Outcome, str | Promise] = {
    Outcome.SAME: _("The name leads to this installation."),
    Outcome.ELSEWHERE: _("The name leads to other addresses than this installation."),
    Outcome.NO_NAME: _("This name is not known yet."),
    Outcome.OURS: _("Vaandel answers there, with a valid certificate."),
    Outcome.NOT_OURS: _("Something answers there, but it is not this Vaandel."),
    Outcome.REDIRECTED: _("The site sends visitors on to another address."),
    Outcome.CERTIFICATE: _("There is no valid certificate for this name."),
    Outcome.NO_ANSWER: _("Nothing answers on https."),
    Outcome.NOT_FOUND: _("A web server answers there, but it does not pass on to Vaandel."),
    Outcome.PRIVATE: _("The name leads into a private network, so people outside cannot come."),
    Outcome.NOT_TRIED: _("Not tried, because the name is not known."),
}
_ADVICE: Mapping[Outcome, str | Promise] = {
    Outcome.ELSEWHERE: _(
        "Behind a proxy of a third party that is right, if the next step works. Otherwise look at"
        " the record at your domain provider, and remove an old one."
    ),
    Outcome.NO_NAME: _(
        "Make the record above at your domain provider. It may take an hour to be known"
        " everywhere; then check again."
    ),
    Outcome.NOT_OURS: _(
        "Look whether the record points at the right server, and whether the reverse proxy sends"
        " this name to Vaandel and keeps its Host header."
    ),
    Outcome.REDIRECTED: _("Let the reverse proxy pass this name on to Vaandel without a redirect."),
    Outcome.CERTIFICATE: _(
        "Let the reverse proxy ask for a certificate for this name. The administrator's"
        " documentation shows how."
    ),
    Outcome.NO_ANSWER: _(
        "Let the reverse proxy listen on port 443 for this name, and look at the firewall."
    ),
    Outcome.NOT_FOUND: _(
        "Let the reverse proxy pass everything of this name on to Vaandel, also what begins with"
        " /.well-known/, and keep its Host header."
    ),
    Outcome.PRIVATE: _("Make a record with the public address of the server."),
}


@dataclass(frozen=True, slots=True)
class StepInWords:
    title: str | Promise
    found: str | Promise
    advice: str | Promise
    step: Step


def in_words(report: Report) -> list[StepInWords]:
    return [
        _words(_("The name (DNS)"), report.name),
        _words(_("The certificate and the way to us (https)"), report.https),
    ]


def _words(title: str | Promise, step: Step) -> StepInWords:
    return StepInWords(title, _FOUND[step.outcome], _ADVICE.get(step.outcome, ""), step)
