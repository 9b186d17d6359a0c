"""The squares for the hours of a week."""

from __future__ import annotations

from django.template import Context, Template

from vaandel.components.charts import HeatHours

DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]


def week(**hours: int) -> list[list[int]]:
    values = [[0] * 24 for _ in DAYS]
    for name, value in hours.items():
        day, _, hour = name.partition("_")
        values[DAYS.index(day)][int(hour)] = value
    return values


def chart(values: list[list[int]]) -> HeatHours:
    return HeatHours("Most on Tuesday.", DAYS, values, hour="Hour", legend_name="Clicks:")


def test_a_fuller_hour_is_a_larger_square() -> None:
    wide, narrow = chart(week(Mo_9=1, Tu_10=8)).drawings()

    assert [square.side for square in wide.squares] == ["9.4", "27.5"]
    assert [square.side for square in narrow.squares] == ["3.9", "11.5"]
    assert len(wide.empty) == 7 * 24 - 2


def test_the_legend_says_which_numbers_a_size_is() -> None:
    legend = chart(week(Mo_9=1, Mo_10=2, Tu_10=8)).legend()

    assert [entry.text for entry in legend] == ["1-2", "8"]


def test_an_empty_week_is_drawn_too() -> None:
    drawing = chart(week()).drawings()[0]

    assert (drawing.squares, len(drawing.empty)) == ([], 7 * 24)
    assert chart(week()).legend() == []


def test_the_same_as_a_table() -> None:
    table = chart(week(Tu_10=1234)).table()

    assert table.columns == DAYS
    assert [row.cells for row in table.rows if row.head == "10:00"] == [
        ["0", "1,234", "0", "0", "0", "0", "0"]
    ]
    page = Template("{% chart drawing %}").render(Context({"drawing": chart(week(Tu_10=5))}))
    assert 'aria-label="Most on Tuesday."' in page
    assert page.count("<rect") == 2 * 7 * 24 + 1
