"""Rows for tests, without surprises: a graph stays inside one organisation.

Call ``XFactory.create(...)``. Rows of a tenant need ``organization=``; the cast in
``conftest.py`` gives one.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from vaandel.accounts.models import User
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Ask, ChatConnection, Embed
from vaandel.links.models import Conversion, ConversionEndpoint, Goal, Link
from vaandel.organizations.models import Member, Organization, Unit
from vaandel.posts.models import Angle, Post
from vaandel.programmes.models import Programme, Topic
from vaandel.shares.models import Publication, Share


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@acme.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"
    time_zone = "Europe/Amsterdam"


class OrganizationFactory(DjangoModelFactory[Organization]):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Organisation {n}")
    slug = factory.Sequence(lambda n: f"organisation-{n}")


class UnitFactory(DjangoModelFactory[Unit]):
    class Meta:
        model = Unit

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Unit {n}")


class MemberFactory(DjangoModelFactory[Member]):
    class Meta:
        model = Member

    organization = factory.SubFactory(OrganizationFactory)
    user = factory.SubFactory(UserFactory)


class ProgrammeFactory(DjangoModelFactory[Programme]):
    class Meta:
        model = Programme

    organization = factory.SubFactory(OrganizationFactory)
    name = "Colleagues tell"


class TopicFactory(DjangoModelFactory[Topic]):
    class Meta:
        model = Topic

    organization = factory.SelfAttribute("programme.organization")
    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Topic {n}")


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    organization = factory.SelfAttribute("programme.organization")
    programme = factory.SubFactory(ProgrammeFactory)
    member = factory.SubFactory(
        MemberFactory, organization=factory.SelfAttribute("..programme.organization")
    )
    state = Enrolment.State.JOINED
    joined_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=30))
    languages = factory.LazyFunction(lambda: ["en"])


class PostFactory(DjangoModelFactory[Post]):
    class Meta:
        model = Post

    organization = factory.SelfAttribute("programme.organization")
    programme = factory.SubFactory(ProgrammeFactory)
    title = factory.Sequence(lambda n: f"Post {n}")
    summary = "What happened, in one sentence."
    language = "en"
    target_url = "https://news.example/article"
    state = Post.State.LIVE
    published_at = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))


class AngleFactory(DjangoModelFactory[Angle]):
    class Meta:
        model = Angle

    organization = factory.SelfAttribute("post.organization")
    post = factory.SubFactory(PostFactory)
    language = "en"
    text = "What struck me: ___"
    position = factory.Sequence(lambda n: n)


class LinkFactory(DjangoModelFactory[Link]):
    class Meta:
        model = Link

    organization = factory.SubFactory(OrganizationFactory)
    code = factory.Sequence(lambda n: f"code{n:06d}")
    target_url = "https://news.example/article"
    channel = "linkedin"


class ShareFactory(DjangoModelFactory[Share]):
    class Meta:
        model = Share

    organization = factory.SelfAttribute("post.organization")
    post = factory.SubFactory(PostFactory)
    enrolment = factory.SubFactory(
        EnrolmentFactory, programme=factory.SelfAttribute("..post.programme")
    )
    link = factory.SubFactory(
        LinkFactory, organization=factory.SelfAttribute("..post.organization")
    )
    press = factory.LazyFunction(uuid.uuid4)
    channel = "linkedin"
    language = "en"
    text = "What struck me: the silence."


class AskFactory(DjangoModelFactory[Ask]):
    class Meta:
        model = Ask

    organization = factory.SelfAttribute("post.organization")
    post = factory.SubFactory(PostFactory)
    enrolment = factory.SubFactory(
        EnrolmentFactory, programme=factory.SelfAttribute("..post.programme")
    )


class ConversionEndpointFactory(DjangoModelFactory[ConversionEndpoint]):
    class Meta:
        model = ConversionEndpoint

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Careers site {n}")
    token = factory.Sequence(lambda n: f"token{n:06d}")
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class ConversionFactory(DjangoModelFactory[Conversion]):
    class Meta:
        model = Conversion

    organization = factory.SubFactory(OrganizationFactory)
    goal = Goal.APPLICATION
    external_id = factory.Sequence(lambda n: f"A-{n}")
    happened_at = factory.LazyFunction(timezone.now)
    source = Conversion.Source.POSTBACK


class ChatConnectionFactory(DjangoModelFactory[ChatConnection]):
    """A channel of the organisation; with ``enrolment`` somebody's own chat."""

    class Meta:
        model = ChatConnection

    organization = factory.SubFactory(OrganizationFactory)
    network = ChatConnection.Network.SLACK
    name = factory.Sequence(lambda n: f"#channel-{n}")
    webhook = factory.Sequence(lambda n: f"https://hooks.slack.com/services/T1/B1/{n:04d}")
    language = "en"


class EmbedFactory(DjangoModelFactory[Embed]):
    class Meta:
        model = Embed

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Intranet {n}")
    language = "en"
    sites = factory.LazyFunction(lambda: ["https://intranet.acme.example"])


class PublicationFactory(DjangoModelFactory[Publication]):
    """``account`` says whose it is and where it goes."""

    class Meta:
        model = Publication

    organization = factory.SelfAttribute("post.organization")
    post = factory.SubFactory(PostFactory)
    enrolment = factory.SelfAttribute("account.enrolment")
    link = factory.SubFactory(LinkFactory, organization=factory.SelfAttribute("..organization"))
    press = factory.LazyFunction(uuid.uuid4)
    channel = factory.SelfAttribute("account.channel")
    handle = factory.SelfAttribute("account.handle")
    language = "en"
    text = "What I saw myself."
    due_at = factory.LazyFunction(timezone.now)
    next_try_at = factory.SelfAttribute("due_at")
