"""What stands in the mail with a proposal."""

from __future__ import annotations

from datetime import timedelta

from tests.delivery.conftest import TUESDAY, Publish, offer_and_mail
from tests.factories import AngleFactory, MemberFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.ambassadors.tokens import mail_choices_url, one_click_url
from vaandel.delivery.models import Ask
from vaandel.delivery.tokens import answer_url
from vaandel.mailing.models import OutgoingMessage
from vaandel.mailing.rendering import content_of
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.shares.addresses import personal_url
from vaandel.shares.models import PersonalLink


def test_one_mail_with_one_button(post: Post, bob_enrolment: Enrolment, acme: Organization) -> None:
    reviewer = MemberFactory.create(organization=acme, user__name="Pieter-Jan Smit")
    Post.objects.filter(pk=post.pk).update(reviewed_by=reviewer)
    AngleFactory.create(post=post, text="What struck me: ___ & <b>more</b>", language="en")

    assert offer_and_mail(TUESDAY) == 1

    mail = OutgoingMessage.objects.get()
    said = content_of(mail)
    link = PersonalLink.objects.get()
    ask = Ask.objects.get()
    assert ask.mailed_at == TUESDAY
    assert (mail.to_address, mail.to_name) == ("bob@acme.example", "Bob Sharer")
    assert (mail.kind, mail.tenant, mail.person) == (
        "proposal",
        acme.pk,
        bob_enrolment.member.user_id,
    )
    assert said.subject == "Bob, something for your network: Four kilometres of heat network"
    assert (link.post, link.enrolment) == (post, bob_enrolment)
    for address in (
        personal_url(link),
        answer_url(ask.pk, "monday"),
        answer_url(ask.pk, "never"),
        mail_choices_url(bob_enrolment),
    ):
        assert address in said.text
        assert address in said.html
    assert said.html.count(personal_url(link)) == 1
    assert "You follow the topic Heat networks." in said.text
    assert "What struck me: ___ & <b>more</b>" in said.text
    assert "What struck me: ___ &amp; &lt;b&gt;more&lt;/b&gt;" in said.html
    assert "You may share this. Pieter-Jan has checked the facts." in said.text
    assert "Ask me again on Monday 30 November:" in said.text
    assert "You get at most one mail a week." in said.text
    assert mail.headers["List-Unsubscribe"] == f"<{one_click_url(bob_enrolment)}>"


def test_three_at_once_are_one_mail_and_the_best_is_named_first(
    publish: Publish, bob_enrolment: Enrolment
) -> None:
    for number in range(3):
        publish(title=f"Post {number}", published_at=TUESDAY - timedelta(days=number))

    assert offer_and_mail(TUESDAY) == 1

    mail = OutgoingMessage.objects.get()
    said = content_of(mail)
    assert said.subject.endswith("Post 0")
    assert [title in said.text for title in ("Post 0", "Post 1", "Post 2")] == [True] * 3
    assert not Ask.objects.filter(mailed_at=None).exists()


def test_the_mail_is_in_the_language_of_the_person(post: Post, bob_enrolment: Enrolment) -> None:
    user = bob_enrolment.member.user
    user.language = "nl"
    user.save()

    offer_and_mail(TUESDAY)

    mail = OutgoingMessage.objects.get()
    said = content_of(mail)
    assert mail.language == "nl"
    assert said.subject == "Bob, iets voor jouw netwerk: Four kilometres of heat network"
    assert "Je koos het thema Heat networks." in said.html
    assert "vraag me maandag weer" in said.html
