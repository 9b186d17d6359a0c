"""What readers may miss about who the writer works for, said as a friend would."""

from __future__ import annotations

import pytest

from vaandel.shares.disclosure import Code, Employer, language_of, remarks, rule_for

ACME = Employer("Acme Water", "https://www.acme.example/nl")
LINE = "I work at Acme Water."
QUIET = "So quiet in the street that you can hear the birds and the trams."


def codes(text: str, line: str = "", *, country: str = "NL", kind: str = "NEWS") -> list[Code]:
    rule = rule_for(kind, country=country)
    return [r.code for r in remarks(text, line, employer=ACME, rule=rule, line_language=None)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (QUIET, LINE),
        (QUIET, ""),
        ("", ""),
        (QUIET, "See acme.example"),
        (QUIET, "Proud to work at #AcmeWater"),
        (QUIET, "#AcmeWaterEmployee"),
        ("Six weeks #heat #street #city #quiet #open", LINE),
        ("Six weeks #heat #street #city #quiet #ad", LINE),
        ("#one #two #AcmeWaterEmployee and a walk", ""),
        ("The link in bio leads to the map", LINE),
        ("The biology of my profile", ""),
    ],
)
def test_nothing_to_say(text: str, line: str) -> None:
    assert codes(text, line) == []


@pytest.mark.parametrize(
    ("text", "line"),
    [(QUIET, "#acmewaterlife"), (QUIET, "#AcmeWater"), (f"{QUIET} #acmewaterlife", "")],
)
def test_a_hashtag_alone_does_not_say_where_somebody_works(text: str, line: str) -> None:
    assert codes(text, line) == [Code.HASHTAG_ONLY]


@pytest.mark.parametrize(
    "tag", ["#ad", "#reclame", "#Werbung", "#publicité", "#AcmeWaterMedewerker"]
)
def test_a_label_behind_three_other_hashtags_is_buried(tag: str) -> None:
    assert codes(f"So quiet. #heat #street #city {tag}") == [Code.BURIED]
    assert codes(f"So quiet. #heat #street {tag}") == []


@pytest.mark.parametrize(
    "line",
    [
        "Acme Water, link in bio",
        "Acme Water: see my profile",
        "Acme Water, zie mijn profiel",
        "Acme Water, lien en bio",
        "Acme Water, voir mon profil",
        "Acme Water, link in meiner Bio",
        "Acme Water, siehe mein Profil",
    ],
)
def test_a_profile_is_no_place_to_say_it(line: str) -> None:
    assert codes(QUIET, line) == [Code.BIO_ONLY]
    assert codes(f"{QUIET} {line}") == [Code.BIO_ONLY]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wat mij opviel: hoe stil het bleef in de straat.", "nl"),
        ("What struck me is how quiet it was in the street.", "en"),
        ("Ce qui m’a frappé, c’est le calme dans la rue pour nous.", "fr"),
        ("Mir ist aufgefallen, wie ruhig es in der Straße war und wir nicht.", "de"),
        ("Zes weken open straat, en wij hielden de koffie warm voor de buren.", "nl"),
        ("Kennst du jemanden, der gern mit uns an der Wärme baut?", "de"),
        ("Wat is dat stil", None),
        ("", None),
        ("Heat network Utrecht Rotterdam Antwerp Brussels Ghent Paris", None),
        ("#de #het #een #ik #en #wij https://de.het.een/en #van", None),
        ("Me ha sorprendido lo tranquila que estaba la calle esta semana.", None),
        ("Quello che mi ha colpito: com’era silenziosa la strada stasera.", None),
        ("Zwróciło moją uwagę, jak cicho było na ulicy w tym tygodniu.", None),
        ("Wat een dag: the heat is on and I love what we do with de buren.", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_the_line_is_in_the_language_of_the_text() -> None:
    rule = rule_for("NEWS", country="BE")
    dutch = "Wat mij opviel: hoe stil het bleef in de straat."

    def said(text: str, line: str, language: str | None) -> list[str]:
        found = remarks(text, line, employer=ACME, rule=rule, line_language=language)
        return [remark.message for remark in found]

    assert said(dutch, "Je travaille chez Acme Water.", "fr")[0].endswith(
        "different languages. Choose a line in your own: Nederlands."
    )
    assert said(dutch, "Ik werk bij Acme Water.", "nl-BE") == []
    assert said(dutch, "Acme Water", None) == []
    assert said(dutch, "I work at Acme Water and this is my own text.", None) != []
    assert said("So quiet.", "Je travaille chez Acme Water.", "fr") == []


@pytest.mark.parametrize(("country", "blocks"), [("NL", False), ("US", True)])
def test_only_where_it_has_to_be_named_does_a_remark_hold_up(country: str, blocks: bool) -> None:
    rule = rule_for("NEWS", country=country)

    found = remarks(QUIET, "#acmewater", employer=ACME, rule=rule, line_language=None)

    assert [(remark.code, remark.blocks) for remark in found] == [(Code.HASHTAG_ONLY, blocks)]
