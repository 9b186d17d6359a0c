"""What is wrong with a post or a picture, said so that somebody knows what to do."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaandel.posts.services.documents import most_bytes
from vaandel.programmes.models import Programme


def missing_text(code: str) -> str:
    """What is still needed before a post can go out."""
    return {
        "title": _("Give the post a title."),
        "target_url": _("Fill in the link that people should read."),
        "target_allowed": _(
            "Posts of your organisation may not lead to this website. Choose another link, or ask"
            " an owner to add the website in the settings of links."
        ),
        "event_at": _("Say when the event is."),
        "topics": _("Choose at least one topic, else nobody is offered it."),
        "angles": _("Write at least one angle in the language of the post."),
        "facts_cleared": _(
            "Say which facts are cleared, or that there are none. It takes away most of the doubt."
        ),
        "expires_at": _("The end has passed already. Choose a later one, or none."),
        "end_needed": _("A topic of this post has rules of law, so it needs an end date."),
        "gaps": _(
            "A topic of this post has rules of law: people share your texts as they are. Write"
            " them out, without gaps (___)."
        ),
        "risk_line": _(
            "A topic of this post has rules of law, and its closing line is not there in every"
            " language of your texts. An owner adds it on the page of the topic."
        ),
        "pictures": _("Add at least one picture."),
        "document": _("Add the document that this post is about."),
        "alt": _("Describe every picture for who cannot see it."),
    }[code]


def check_text(code: str) -> str:
    """The same as a line of the list on the page, where it is ticked once it is there."""
    return {
        "title": _("A title"),
        "target_url": _("A link to read"),
        "target_allowed": _("A link to a website on the list"),
        "event_at": _("When the event is"),
        "topics": _("At least one topic"),
        "angles": _("An angle in the language of the post"),
        "facts_cleared": _("Facts cleared"),
        "end_needed": _("An end date"),
        "gaps": _("Texts without gaps"),
        "risk_line": _("A closing line in every language"),
        "pictures": _("A picture"),
        "document": _("A document"),
        "alt": _("Every picture described"),
    }[code]


def weekly_limit(programme: Programme) -> str:
    """Why not everybody is offered a post at once. Nobody is counted: that would tell who waits."""
    number = programme.asks_per_week
    text = ngettext(
        "Nobody is offered more than %(number)s post a week. Whoever had theirs already is offered"
        " this one on Monday at the earliest.",
        "Nobody is offered more than %(number)s posts a week. Whoever had theirs already is offered"
        " this one on Monday at the earliest.",
        number,
    )
    return text % {"number": number}


def picture_problem(name: str, reason: str) -> str:
    """Why a picture was not taken."""
    text = {
        "too_large": _("“%(name)s” is larger than 10 MB. Make it smaller and try again."),
        "too_many_pixels": _("“%(name)s” has more than 50 million pixels. Make it smaller."),
        "wrong_kind": _("“%(name)s” is not a JPEG, PNG, WebP or GIF picture."),
        "broken": _("“%(name)s” is damaged. Save it again and try once more."),
        "too_many": _("A post has at most ten pictures. “%(name)s” was left out."),
    }[reason]
    return text % {"name": name[:80]}


def document_problem(name: str, reason: str) -> str:
    """Why a document was not taken."""
    text = {
        "too_large": _(
            "“%(name)s” is larger than %(limit)s. Export it again for the screen, with smaller"
            " pictures."
        ),
        "wrong_kind": _("“%(name)s” is not a PDF. Save or export it as PDF and add that."),
        "encrypted": _(
            "“%(name)s” is locked with a password or against printing. Save it without that."
        ),
        "damaged": _("“%(name)s” is damaged. Export it again and try once more."),
        "too_many_pages": _("“%(name)s” has more than 300 pages, the most that LinkedIn takes."),
        "running": _(
            "“%(name)s” has a script in it, or starts a program. Print it to a new PDF and add"
            " that."
        ),
        "files_within": _(
            "“%(name)s” has other files within it, which would go along unseen. Print it to a new"
            " PDF and add that."
        ),
        "too_complex": _(
            "“%(name)s” takes too long to read. Print it to a new PDF, or leave out some pages."
        ),
    }[reason]
    return text % {"name": name[:80], "limit": filesizeformat(most_bytes())}
