"""What is wrong with one organisation or one person holds up nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.delivery.conftest import TUESDAY
from tests.factories import EnrolmentFactory, PostFactory, ProgrammeFactory, TopicFactory
from vaandel.ambassadors.models import Enrolment
from vaandel.delivery.models import Approach, Ask
from vaandel.delivery.services import offer_posts, turn_to_people
from vaandel.mailing.models import OutgoingMessage
from vaandel.organizations.models import Organization
from vaandel.posts.models import Post
from vaandel.programmes.models import Programme, Topic

# Nothing that any form lets through.
BROKEN = 7


@pytest.mark.usefixtures("post")
def test_an_organisation_whose_round_fails_does_not_stop_the_next(
    bob_enrolment: Enrolment, globex: Organization, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = ProgrammeFactory.create(organization=globex)
    news = TopicFactory.create(programme=elsewhere)
    other = EnrolmentFactory.create(programme=elsewhere)
    other.topics.add(news)
    PostFactory.create(programme=elsewhere, published_at=TUESDAY).topics.add(news)
    Enrolment.objects.filter(pk=bob_enrolment.pk).update(languages=BROKEN)
    assert bob_enrolment.organization_id < globex.pk

    assert offer_posts(at=TUESDAY) == 1

    assert Ask.objects.get().enrolment == other
    assert "The round failed for one organisation." in caplog.text


@pytest.mark.usefixtures("post")
def test_a_person_who_cannot_be_turned_to_does_not_stop_their_batch(
    programme: Programme, topic: Topic, caplog: pytest.LogCaptureFixture
) -> None:
    people = EnrolmentFactory.create_batch(5, programme=programme)
    for person in people:
        person.topics.add(topic)
    assert offer_posts(at=TUESDAY) == 5
    Enrolment.objects.filter(pk=people[2].pk).update(languages=BROKEN)

    assert turn_to_people(at=TUESDAY) == 4

    reached = set(Approach.objects.values_list("enrolment", flat=True))
    assert reached == {person.pk for person in people} - {people[2].pk}
    assert OutgoingMessage.objects.count() == 4
    assert "Somebody cannot be turned to." in caplog.text


def test_a_time_zone_that_is_no_more_is_no_reason_not_to_write(
    publish: Callable[..., Post], bob_enrolment: Enrolment
) -> None:
    user = bob_enrolment.member.user
    user.time_zone = "Mars/Olympus_Mons"
    user.save()
    publish()
    offer_posts(at=TUESDAY)

    assert turn_to_people(at=TUESDAY) == 1
