"""What runs inside an installation: queue digests, or hand over ready-made ones.

Run: inside.py queue COUNT alike|different | ready COUNT CONNECTIONS PORT. Prints a line of JSON.

*Alike*: three of the eight posts of a week in one of four languages, so 224 texts, each with
the name and the links of one person. *Different*: no two have a text in common.
"""

from __future__ import annotations

import json
import smtplib
import sys
import threading
import time
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING, Any

import django
from django.utils import timezone

if TYPE_CHECKING:
    from vaandel.mailing.models import OutgoingMessage

IN_ONE_STATEMENT = 500
SAMPLES = 200
LANGUAGES = ("nl", "en", "fr", "de")
TITLES = (
    "Warmte uit het riool: hoe wij een wijk van het gas haalden",
    "Six weeks as a trainee in the control room, in Lena's own words",
    "Notre réseau de chaleur alimente désormais 4 200 foyers",
    "Was wir aus dem ersten Winter gelernt haben",
    "Open huis op 12 december: kijk mee achter de pompen",
    "We are looking for somebody who loves valves",
    "Onze monteurs leerden dit jaar 40 nieuwkomers het vak",
    "Heat from a data centre: figures of the first thousand homes",
)
SETS = list(combinations(range(len(TITLES)), 3))
SUMMARY = (
    "Colleagues of heat networks tell what went wrong in the first winter, what they changed, "
    "and why the neighbours asked to be connected after all. With figures, and a map of the "
    "streets that follow next year."
)


def context_of(number: int, *, alike: bool) -> dict[str, Any]:
    """As `vaandel.delivery.mails.words` makes it, with links of this person."""
    token = f"{number:08x}" * 6

    def item(place: int) -> dict[str, Any]:
        return {
            "title": TITLES[place] if alike else f"{TITLES[place]} ({number})",
            "summary": SUMMARY,
            "language": LANGUAGES[place % 4],
            "topic": "Heat networks",
            "reason": "You follow the topic Heat networks.",
            "about": "stadsenergie.example.",
            "until": "Friday 4 December",
            "picture": f"https://vaandel.example/media/posts/{place}/picture-1200.jpg",
            "picture_alt": "Two people beside an open pipe",
            "angle": "I was there on the coldest night of that winter.",
            "reviewer": "Noor",
            "share_url": f"https://vaandel.example/p/{place}{token}/",
            "later_url": f"https://vaandel.example/m/{place}{token}/monday/",
            "never_url": f"https://vaandel.example/m/{place}{token}/never/",
        }

    items = [item(place) for place in SETS[number % len(SETS)]]
    return {
        "place": "Stadsenergie",
        "first_name": f"Person {number}",
        "often": "You get at most one mail a week.",
        "choices_url": f"https://vaandel.example/m/{token}/choices/",
        "today_url": "https://vaandel.example/o/stadsenergie/today/",
        "monday": "Monday",
        "monday_date": "Monday 30 November",
        "items": items,
        "item": items[0],
        "why_url": f"https://vaandel.example/m/{token}/why/",
    }


def message_of(number: int, *, alike: bool = True) -> OutgoingMessage:
    from vaandel.mailing.services import compose_message

    return compose_message(
        key=f"digest:{number}",
        kind="digest",
        template="delivery/mails/digest",
        context=context_of(number, alike=alike),
        lazy=True,
        to_address=f"person{number}@company{number % 50}.example",
        to_name=f"Person {number} Ångström",
        from_name="Stadsenergie",
        reply_to="communicatie@stadsenergie.example",
        list_id="proposals",
        language=LANGUAGES[number // len(SETS) % 4],
        time_zone="Europe/Amsterdam",
        unsubscribe_url=f"https://vaandel.example/m/{number:048x}/stop/",
        tenant=1,
        person=number + 1,
        good_for=timedelta(days=3),
        at=timezone.now() - timedelta(minutes=1),
    )


def queue(count: int, *, alike: bool) -> dict[str, Any]:
    from vaandel.mailing.services import queue_composed

    started = time.perf_counter()
    for first in range(0, count, IN_ONE_STATEMENT):
        last = min(first + IN_ONE_STATEMENT, count)
        queue_composed([message_of(number, alike=alike) for number in range(first, last)])
    return {"seconds": time.perf_counter() - started}


def ready(count: int, connections: int, port: int) -> dict[str, Any]:
    """The same mails, rendered and written beforehand, over as many connections."""
    from vaandel.mailing.mime import letter_of
    from vaandel.mailing.transport import MESSAGES_PER_CONNECTION, deliver

    letters = []
    for number in range(SAMPLES):
        message = message_of(number)
        message.pk = number + 1
        letters.append(letter_of(message))

    def hand_over(mine: int) -> None:
        smtp = smtplib.SMTP("127.0.0.1", port, timeout=60)
        smtp.ehlo()
        for number in range(mine):
            if number and number % MESSAGES_PER_CONNECTION == 0:
                smtp.quit()
                smtp = smtplib.SMTP("127.0.0.1", port, timeout=60)
                smtp.ehlo()
            deliver(smtp, letters[number % SAMPLES])
        smtp.quit()

    parts = [count // connections + (place < count % connections) for place in range(connections)]
    threads = [threading.Thread(target=hand_over, args=(part,)) for part in parts]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "seconds": time.perf_counter() - started,
        "bytes": round(sum(len(each.body) for each in letters) / SAMPLES),
    }


def main() -> None:
    task, *words = sys.argv[1:]
    django.setup()
    if task == "queue":
        found = queue(int(words[0]), alike=words[1] == "alike")
    else:
        found = ready(*map(int, words))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
