"""The document of a post, which comes along with the editor's form."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from vaandel.organizations.decorators import MemberRequest
from vaandel.posts import services
from vaandel.posts.models import Post, PostKind
from vaandel.posts.services import BadDocument, NotReady, WrongState
from vaandel.posts.words import document_problem, missing_text


def save_document(request: MemberRequest, post: Post) -> list[str]:
    """Put in or take out the document; what could not be done, in words."""
    # Somebody who chose a file and then another kind of post does not see it any more.
    file = request.FILES.get("document") if post.kind == PostKind.DOCUMENT else None
    try:
        if file is not None:
            services.attach_document(post=post, file=file, by=request.member, at=timezone.now())
        elif "remove_document" in request.POST:
            services.remove_document(post=post, by=request.member, at=timezone.now())
    except BadDocument as bad:
        return [document_problem(file.name or "" if file else "", bad.reason)]
    except NotReady as not_ready:
        return [missing_text(code) for code in not_ready.missing]
    except WrongState:
        return [_("Its text is closed now. This is how it stands.")]
    return []
